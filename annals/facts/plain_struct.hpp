// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

/// What a struct with named fields must be. Each function here passes, or stops the compiler with one sentence; the
/// `In instantiation of` line above it names the struct.
namespace annals::facts {

template <class T>
concept described_struct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

namespace detail {

template <class T>
using fields_of = boost::describe::describe_members<T, boost::describe::mod_public>;

/// Becomes any base class of `T`, and nothing else.
template <class T>
struct any_base_of {
    template <class Base>
        requires(std::is_base_of_v<Base, T> && !std::same_as<Base, T>)
    operator Base() const;
};

/// A first field that can be made from anything is no base.
struct anything {};
template <class T>
concept has_base = requires { T{any_base_of<T>{}}; } && !requires { T{anything{}}; };

/// Becomes any field of `T`.
template <class T, std::size_t>
struct any_field_of {
    template <class Field>
        requires(!std::same_as<Field, T>)
    operator Field() const;
};

/// Whether the struct can be made from so many values.
template <class T, std::size_t Count>
consteval auto takes_values() -> bool
{
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return requires { T{any_field_of<T, I>{}...}; };
    }(std::make_index_sequence<Count>{});
}

template <class T>
consteval auto has_c_array() -> bool
{
    return []<template <class...> class List, class... Fields>(List<Fields...>) {
        return (std::is_array_v<std::remove_reference_t<decltype(std::declval<T&>().*Fields::pointer)>> || ...);
    }(fields_of<T>{});
}

template <class T>
consteval auto is_plain() -> bool
{
    constexpr bool here = described_struct<T>;
    static_assert(here, "annals: ANNALS_FIELDS and ANNALS_EVENT stand directly below their struct, in the namespace "
                        "of the struct");
    constexpr bool open = std::is_aggregate_v<T>;
    static_assert(!here || open, "annals: a struct with fields has no constructor, no virtual function, and no "
                                 "private or protected member");
    constexpr bool alone = !open || !has_base<T>;
    static_assert(alone, "annals: a struct with fields has no base class: make the base a field");
    if constexpr (here && open && alone) {
        constexpr bool arrays = has_c_array<T>();
        static_assert(!arrays, "annals: a C array cannot be stored: use std::string or std::array");
        return !arrays;
    } else {
        return false;
    }
}

/// Whether the macro line names as many fields as the struct has. It is asked like this because g++ 12 fails to count
/// the fields of some structs with a `std::array`.
template <class T>
consteval auto names_every_field() -> bool
{
    if constexpr (is_plain<T>()) {
        constexpr auto named = boost::mp11::mp_size<fields_of<T>>::value;
        return takes_values<T, named>() && !takes_values<T, named + 1>();
    } else {
        return true;
    }
}

}  // namespace detail
}  // namespace annals::facts
