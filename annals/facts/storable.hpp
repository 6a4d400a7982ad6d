// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/json.hpp>
#include <annals/facts/fields.hpp>
#include <annals/facts/own_text.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

/// Which types have a stored form (docs/reference/types.md).
namespace annals::facts::detail {

template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_list = false;
template <class T> inline constexpr bool is_list<std::vector<T>> = true;
template <class T> inline constexpr bool is_set = false;
template <class T, class Less> inline constexpr bool is_set<std::set<T, Less>> = true;
template <class T> inline constexpr bool is_array = false;
template <class T, std::size_t Size> inline constexpr bool is_array<std::array<T, Size>> = true;
template <class T> inline constexpr bool is_map = false;
template <class Key, class T, class Less> inline constexpr bool is_map<std::map<Key, T, Less>> = true;
template <class T> inline constexpr bool is_choice = false;
template <class... Ts> inline constexpr bool is_choice<std::variant<Ts...>> = true;
template <class T> inline constexpr bool is_duration = false;
template <class R, class P> inline constexpr bool is_duration<std::chrono::duration<R, P>> = true;
template <class> inline constexpr bool never = false;

/// Stored as a JSON list.
template <class T>
concept is_sequence = is_list<T> || is_set<T> || is_array<T>;

template <class T, class... Others> inline constexpr bool is_any_of = (std::same_as<T, Others> || ...);

/// Whole numbers of up to 64 bits; character types are excluded.
template <class T>
concept is_whole = std::integral<T> && sizeof(T) <= 8
                   && !is_any_of<std::remove_cv_t<T>, bool, char, wchar_t, char8_t, char16_t, char32_t>;

/// A type with more digits than a double would be read back as another number.
template <class T>
concept is_real = is_any_of<T, float, double>;

/// What may be the name of a member.
template <class T>
concept is_key = std::same_as<T, std::string> || stored_as_text<T> || described_enum<T> || is_whole<T>;

/// The fields of a described struct are asked about on their own, so that a message can name them.
template <class T>
consteval auto is_storable() -> bool
{
    if constexpr (is_any_of<T, eventstore::json, bool> || is_real<T> || is_key<T> || described_struct<T>) return true;
    else if constexpr (is_duration<T>) return is_storable<typename T::rep>();
    else if constexpr (is_map<T>) return is_key<typename T::key_type> && is_storable<typename T::mapped_type>();
    else if constexpr (is_optional<T> || is_sequence<T>) return is_storable<typename T::value_type>();
    else if constexpr (is_choice<T>)
        return []<class... Ts>(std::type_identity<std::variant<Ts...>>) {
            return (described_struct<Ts> && ...);
        }(std::type_identity<T>{});
    else return false;
}

/// The compiler says this once per type, however often the type is used.
template <class T>
void cannot_store()
{
    static_assert(never<T>, "annals: this type cannot be stored: give it ANNALS_FIELDS, ANNALS_ENUM or ANNALS_TEXT, "
                            "or use one of those in docs/reference/types.md");
}

/// A text that can be an argument of a template, and that compilers show.
template <std::size_t Size>
struct field_name {
    char text[Size] = {};
};

template <class Field>
consteval auto name_of_field()
{
    constexpr std::string_view name = Field::name;
    field_name<name.size() + 1> copy;
    for (std::size_t i = 0; i < name.size(); ++i) copy.text[i] = name[i];
    return copy;
}

template <class Struct, auto Field, class T>
consteval auto stores_field() -> bool
{
    constexpr bool storable = is_storable<T>();
    static_assert(storable, "annals: the type T of this field of Struct cannot be stored: give it ANNALS_FIELDS, "
                            "ANNALS_ENUM or ANNALS_TEXT, or use one of those in docs/reference/types.md");
    return storable;
}

template <described_struct T>
consteval auto stores_every_field() -> bool
{
    return []<template <class...> class List, class... Fields>(List<Fields...>) {
        return (stores_field<T, name_of_field<Fields>(),
                             std::remove_cvref_t<decltype(std::declval<T&>().*Fields::pointer)>>()
                & ... & true);
    }(fields_of<T>{});
}

}  // namespace annals::facts::detail
