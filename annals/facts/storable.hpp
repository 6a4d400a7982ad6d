// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

/// Which types the codec knows besides described structs and enums, and the error for all others.
namespace annals::facts::detail {

template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_list = false;
template <class T> inline constexpr bool is_list<std::vector<T>> = true;
template <class T> inline constexpr bool is_map = false;
template <class T> inline constexpr bool is_map<std::map<std::string, T>> = true;
template <class T> inline constexpr bool is_duration = false;
template <class R, class P> inline constexpr bool is_duration<std::chrono::duration<R, P>> = true;
template <class> inline constexpr bool never = false;

template <class T, class... Others> inline constexpr bool is_any_of = (std::same_as<T, Others> || ...);

/// Whole numbers of up to 64 bits; character types are excluded.
template <class T>
concept is_whole = std::integral<T> && sizeof(T) <= 8
                   && !is_any_of<std::remove_cv_t<T>, bool, char, wchar_t, char8_t, char16_t, char32_t>;

/// A type with more digits than a double would be read back as another number.
template <class T>
concept is_real = is_any_of<T, float, double>;

/// The compiler says this once per type, however often the type is used.
template <class T>
void cannot_store()
{
    static_assert(never<T>,
                  "annals cannot store this type: give it ANNALS_FIELDS or ANNALS_ENUM, or use a number, bool, "
                  "std::string, optional, vector, map<std::string, …>, duration or timestamp");
}

}  // namespace annals::facts::detail
