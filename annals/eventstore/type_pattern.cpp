// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/type_pattern.hpp>

#include <annals/eventstore/errors.hpp>

#include <algorithm>

namespace annals::eventstore {
namespace {

auto split(std::string_view text) -> std::vector<std::string>
{
    std::vector<std::string> tokens(1);
    for (const char c : text) {
        if (c == '.') tokens.emplace_back();
        else tokens.back() += c;
    }
    return tokens;
}

auto is_wildcard(std::string_view token) -> bool { return token == "*" || token == "**" || token == ">"; }

/// Dynamic programming, row by row over the pattern: how many leading tokens of the type the pattern so far can
/// match.
auto stands_for(const std::vector<std::string>& pattern, const std::vector<std::string>& type) -> bool
{
    std::vector<bool> reached(type.size() + 1);
    reached[0] = true;
    for (const auto& token : pattern) {
        std::vector<bool> next(type.size() + 1);
        next[0] = token == "**" && reached[0];
        for (std::size_t n = 1; n <= type.size(); ++n) {
            if (token == "**") next[n] = reached[n] || next[n - 1];
            else if (token == ">") next[n] = reached[n - 1] || next[n - 1];
            else next[n] = reached[n - 1] && (token == "*" || token == type[n - 1]);
        }
        reached = std::move(next);
    }
    return reached.back();
}

}  // namespace

auto type_pattern::parse(std::string_view text) -> type_pattern
{
    auto tokens = split(text);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].contains('*') && !is_wildcard(tokens[i]))
            throw invalid_request("in the pattern \"" + std::string(text) + "\", \"" + tokens[i]
                                  + "\" is not allowed: * and ** stand for whole tokens between dots");
        if (tokens[i] == ">" && i + 1 < tokens.size())
            throw invalid_request("in the pattern \"" + std::string(text)
                                  + "\", > is not the last token: "
                                    "use * for one token or ** for any number of them");
    }
    if (text == "*") tokens = {"**"};
    type_pattern pattern = exactly(text);
    pattern.exact_ = std::ranges::none_of(tokens, is_wildcard);
    if (!pattern.exact_) pattern.tokens_ = std::move(tokens);
    return pattern;
}

auto type_pattern::exactly(std::string_view name) -> type_pattern
{
    type_pattern pattern;
    pattern.text_ = name;
    return pattern;
}

auto type_pattern::matches(std::string_view type) const -> bool
{
    return exact_ ? type == text_ : stands_for(tokens_, split(type));
}

}  // namespace annals::eventstore
