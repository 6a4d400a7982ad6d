// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/token.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>

#include <algorithm>
#include <charconv>

namespace annals::eventstore {
namespace {

template <class Number>
auto whole_number(std::string_view text, Number& number) -> bool
{
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stopped == end && number >= 0;
}

}  // namespace

void token::include(const log_id& log, log_position position)
{
    auto& known = positions_[log];
    known = std::max(known, position);
}

auto to_string(const token& value) -> std::string
{
    std::string text;
    for (const auto& [log, position] : value.positions()) {
        if (!text.empty()) text += ',';
        text += to_string(log) + "@" + std::to_string(position.number);
    }
    return text;
}

auto parse_token(std::string_view text) -> token
{
    token value;
    for (auto rest = text; !rest.empty();) {
        const auto part = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));

        const auto slash = part.find('/');
        const auto at = part.find('@');
        log_id log;
        log_position position;
        if (slash == std::string_view::npos || at == std::string_view::npos || at < slash
            || !whole_number(part.substr(slash + 1, at - slash - 1), log.partition)
            || !whole_number(part.substr(at + 1), position.number))
            throw invalid_request("\"" + std::string(part) + "\" is not a token: write category/partition@position");
        log.category = part.substr(0, slash);
        check_category(log.category);
        value.include(log, position);
    }
    return value;
}

}  // namespace annals::eventstore
