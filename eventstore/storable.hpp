// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Which types the codec knows besides described structs and enums, and what it says of all others.
namespace annals::eventstore::detail {

template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_list = false;
template <class T> inline constexpr bool is_list<std::vector<T>> = true;
template <class T> inline constexpr bool is_map = false;
template <class T> inline constexpr bool is_map<std::map<std::string, T>> = true;
template <class T> inline constexpr bool is_duration = false;
template <class R, class P> inline constexpr bool is_duration<std::chrono::duration<R, P>> = true;
template <class> inline constexpr bool never = false;

/// Said once for a type, however often it is met.
template <class T>
void cannot_store()
{
    static_assert(never<T>,
                  "annals cannot store this type: give it ANNALS_FIELDS or ANNALS_ENUM, or use a number, bool, "
                  "std::string, optional, vector, map<std::string, …>, duration or timestamp");
}

}  // namespace annals::eventstore::detail
