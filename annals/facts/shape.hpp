// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/json.hpp>
#include <annals/facts/choice.hpp>
#include <annals/facts/fields.hpp>
#include <annals/facts/storable.hpp>

#include <concepts>
#include <string>

namespace annals::facts {

template <class T>
auto shape_of() -> std::string;

namespace detail {

template <class T>
auto shape_of_fields() -> std::string
{
    std::string fields;
    const T* const example = nullptr;
    boost::mp11::mp_for_each<fields_of<T>>([&](auto field) {
        using type = std::remove_cvref_t<decltype(example->*field.pointer)>;
        fields += (fields.empty() ? "" : ",") + std::string(field.name) + ":" + shape_of<type>();
    });
    return "{" + fields + "}";
}

template <class T> auto shape_of_container(std::type_identity<std::optional<T>>) { return shape_of<T>() + "?"; }
template <class T> auto shape_of_container(std::type_identity<std::vector<T>>) { return "[" + shape_of<T>() + "]"; }
template <class T, class Less>
auto shape_of_container(std::type_identity<std::set<T, Less>>)
{
    return "set of " + shape_of<T>();
}
template <class T, std::size_t Size>
auto shape_of_container(std::type_identity<std::array<T, Size>>)
{
    return std::to_string(Size) + " of " + shape_of<T>();
}
template <class Key, class T, class Less>
auto shape_of_container(std::type_identity<std::map<Key, T, Less>>)
{
    return "{" + (std::same_as<Key, std::string> ? "*" : shape_of<Key>()) + ":" + shape_of<T>() + "}";
}
template <class... Ts>
auto shape_of_container(std::type_identity<std::variant<Ts...>> choice)
{
    std::string all;
    const auto names = names_of_choice(choice);
    auto name = names.begin();
    ((all += (all.empty() ? "" : "|") + std::string(*name++) + shape_of<Ts>()), ...);
    return "<" + all + ">";
}

}  // namespace detail

/// What values of a type look like as JSON, down to the last field: `{id:text,now:(submitted,validated)?}`.
/// Types of the same shape can read each other's JSON.
template <class T>
auto shape_of() -> std::string
{
    if constexpr (std::same_as<T, eventstore::json>) {
        return "json";
    } else if constexpr (stored_as_text<T>) {
        return text_form<T>::shape();
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
    } else if constexpr (described_struct<T>) {
        if constexpr (detail::stores_every_field<T>()) return detail::shape_of_fields<T>();
        else return {};
    } else if constexpr (!detail::is_storable<T>()) {
        detail::cannot_store<T>();
        return {};
    } else {
        return detail::shape_of_container(std::type_identity<T>{});
    }
}

}  // namespace annals::facts
