// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/errors.hpp>
#include <annals/facts/describe.hpp>
#include <annals/facts/plain_struct.hpp>

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

/// The names of a struct's fields: stored forms and columns of read models use them.
namespace annals::facts {

template <class T>
concept described_enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

/// Calls `visit(name, field)` for each field, in the order of the macro line.
template <class T, class Visit>
void for_each_field(T& value, Visit visit)
{
    boost::mp11::mp_for_each<detail::fields_of<std::remove_const_t<T>>>(
        [&](auto field) { visit(field.name, value.*field.pointer); });
}

/// The names of the fields, in the same order.
template <described_struct T>
consteval auto names_of()
{
    return []<template <class...> class List, class... Fields>(List<Fields...>) {
        return std::array<std::string_view, sizeof...(Fields)>{Fields::name...};
    }(detail::fields_of<T>{});
}

/// All names, for messages: `low, normal, high`.
template <described_enum T>
auto enum_names() -> std::string
{
    std::string all;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
        if (!all.empty()) all += ", ";
        all += enumerator.name;
    });
    return all;
}

/// Throws `invalid_request` for a value without a name in the macro line: it could not be read back.
template <described_enum T>
auto enum_name(T value) -> std::string
{
    if (const auto* const name = boost::describe::enum_to_string(value, nullptr)) return name;
    throw eventstore::invalid_request("the value " + std::to_string(static_cast<std::int64_t>(value))
                                      + " of an enum has no name: "
                                        "its ANNALS_ENUM knows "
                                      + enum_names<T>());
}

template <described_enum T>
auto enum_from_name(std::string_view name, T& value) -> bool
{
    const auto ends_early = name.contains('\0');  // Boost looks at what stands before it
    return !ends_early && boost::describe::enum_from_string(std::string(name).c_str(), value);
}

}  // namespace annals::facts

/// Names the fields of a struct, all of them, directly below it: `ANNALS_FIELDS(create_sample, barcode, sample_type)`.
#define ANNALS_FIELDS(Type, ...) ANNALS_DESCRIBE(Type __VA_OPT__(, ) __VA_ARGS__)

/// Names the values of an enum; they are stored as text.
#define ANNALS_ENUM(Type, ...)                           \
    BOOST_DESCRIBE_ENUM(Type, __VA_ARGS__)               \
    static_assert(::annals::facts::described_enum<Type>, \
                  "annals: ANNALS_ENUM stands directly below its enum, in the namespace of the enum");
