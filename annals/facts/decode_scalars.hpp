// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/parsed_json.hpp>
#include <annals/facts/storable.hpp>
#include <annals/facts/undecodable.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// Numbers and texts from their stored form. What does not fit is refused with its place.
namespace annals::facts::detail {

[[noreturn]] void refuse_kind(const place& at, const std::string& expected, const parsed_json& found);
[[noreturn]] void refuse_value(const place& at, const parsed_json& found, const std::string& why);
[[noreturn]] void refuse_key(std::string_view name, const std::string& why, const place& at);

template <stored_as_text T>
auto read_text(std::string_view text, const place& at) -> T
try {
    return text_form<T>::read(text);
} catch (const eventstore::invalid_request& problem) {
    throw undecodable(at.text(), problem.what());
}

template <is_whole T>
void decode_whole(const parsed_json& from, T& into, const place& at)
{
    const auto is_a = [&](auto whole) {
        if (!from.get(whole)) return false;
        if (!std::in_range<T>(whole)) refuse_value(at, from, "is out of range");
        into = static_cast<T>(whole);
        return true;
    };
    if (!is_a(std::int64_t{}) && !is_a(std::uint64_t{})) refuse_kind(at, "a whole number", from);
}

/// A whole number is converted directly: through a double, a float would be rounded twice.
template <is_real T>
void decode_real(const parsed_json& from, T& into, const place& at)
{
    const auto is_a = [&](auto number) { return from.get(number) && (into = static_cast<T>(number), true); };
    if (!is_a(std::int64_t{}) && !is_a(std::uint64_t{}) && !is_a(double{})) refuse_kind(at, "a number", from);
    if (!std::isfinite(into)) refuse_value(at, from, "is out of range");
}

}  // namespace annals::facts::detail
