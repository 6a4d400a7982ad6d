// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/json.hpp>
#include <annals/eventstore/timestamp.hpp>
#include <annals/facts/fields.hpp>
#include <annals/facts/storable.hpp>

#include <concepts>
#include <string>

namespace annals::facts {

/// What values of a type look like as JSON, down to the last field: `{id:text,now:(submitted,validated)?}`.
/// Types of the same shape can read each other's JSON.
template <class T>
auto shape_of() -> std::string
{
    if constexpr (std::same_as<T, eventstore::json>) {
        return "json";
    } else if constexpr (std::same_as<T, eventstore::timestamp>) {
        return "time";
    } else if constexpr (std::same_as<T, std::string>) {
        return "text";
    } else if constexpr (std::same_as<T, bool>) {
        return "bool";
    } else if constexpr (detail::is_whole<T>) {
        return (std::is_signed_v<T> ? "int" : "unsigned") + std::to_string(8 * sizeof(T));
    } else if constexpr (detail::is_real<T>) {
        return "number";
    } else if constexpr (detail::is_duration<T>) {
        return "ticks of " + std::to_string(T::period::num) + "/" + std::to_string(T::period::den) + " s";
    } else if constexpr (described_enum<T>) {
        return "(" + enum_names<T>() + ")";
    } else if constexpr (detail::is_optional<T>) {
        return shape_of<typename T::value_type>() + "?";
    } else if constexpr (detail::is_list<T>) {
        return "[" + shape_of<typename T::value_type>() + "]";
    } else if constexpr (detail::is_map<T>) {
        return "{*:" + shape_of<typename T::mapped_type>() + "}";
    } else if constexpr (described_struct<T>) {
        std::string fields;
        const T* const example = nullptr;
        boost::mp11::mp_for_each<detail::fields_of<T>>([&](auto field) {
            using type = std::remove_cvref_t<decltype(example->*field.pointer)>;
            fields += (fields.empty() ? "" : ",") + std::string(field.name) + ":" + shape_of<type>();
        });
        return "{" + fields + "}";
    } else {
        detail::cannot_store<T>();
        return {};
    }
}

}  // namespace annals::facts
