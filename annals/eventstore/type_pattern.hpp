// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace annals::eventstore {

/// Selects event types. A lone `*` is every type. In a longer pattern, with tokens separated by `.`, `*` is one
/// token, `**` any number of them, and `>` one or more (and the last). Anything else is one exact name.
class type_pattern {
public:
    /// Whether `parse` accepts it.
    static constexpr auto is_valid(std::string_view text) -> bool
    {
        for (std::size_t end = 0; end != std::string_view::npos; text.remove_prefix(end == text.npos ? 0 : end + 1)) {
            end = text.find('.');
            const auto token = text.substr(0, end);
            const bool is_stars = token == "*" || token == "**";
            if (token.find('*') != token.npos && !is_stars) return false;
            if (token == ">" && end != text.npos) return false;
        }
        return true;
    }

    /// Throws `invalid_request` when a wildcard is not a token of its own or `>` is not the last one.
    static auto parse(std::string_view text) -> type_pattern;

    /// A name without wildcards.
    static auto exactly(std::string_view name) -> type_pattern;

    auto matches(std::string_view type) const -> bool;
    auto text() const -> const std::string& { return text_; }
    /// Whether it matches one name only.
    auto is_exact() const -> bool { return exact_; }

private:
    std::string text_;
    bool exact_ = true;
    std::vector<std::string> tokens_;        ///< empty where `exact_`
};

}  // namespace annals::eventstore
