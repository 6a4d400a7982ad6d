// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/directive.hpp>

#include <algorithm>

namespace annals::projections {

auto trimmed_line(std::string_view text) -> std::string_view
{
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

auto directive_of(std::string_view line) -> std::optional<directive>
{
    if (!line.starts_with("--")) return std::nullopt;
    const auto rest = trimmed_line(line.substr(2));
    const auto colon = rest.find(':');
    if (colon == 0 || colon == std::string_view::npos || rest.substr(colon).starts_with("::")) return std::nullopt;
    const auto word = trimmed_line(rest.substr(0, colon));
    if (!std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; })) return std::nullopt;
    return directive{word, trimmed_line(rest.substr(colon + 1))};
}

auto is_header_word(std::string_view word) -> bool
{
    return std::ranges::find(header_words, word) != header_words.end();
}

}  // namespace annals::projections
