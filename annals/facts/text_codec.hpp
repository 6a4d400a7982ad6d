// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/payload_check.hpp>
#include <annals/facts/direct_codec.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace annals::facts {

/// JSON from its text. Throws `undecodable`, saying what is wrong with it.
inline auto parse_text(std::string_view text, const std::string& where) -> eventstore::json
{
    auto parsed = eventstore::json::parse(text, nullptr, false);
    if (parsed.is_discarded())
        throw undecodable(where, "the text " + eventstore::fault_of_payload(text).value_or("is not valid JSON"));
    return parsed;
}

/// A value from its text: what `decode` makes of it, or throws. `undecodable` where it is not JSON.
template <class T>
auto decode_text(std::string_view text, const std::string& where, unknown_members unknown = unknown_members::ignored)
    -> T
{
    if (auto value = decode_directly<T>(text, unknown)) return *std::move(value);
    const auto parsed = parse_text(text, where);
    T value{};
    decode(parsed, value, where, unknown);
    return value;
}

}  // namespace annals::facts
