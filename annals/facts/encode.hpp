// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/facts/choice.hpp>
#include <annals/facts/fields.hpp>
#include <annals/facts/key_text.hpp>
#include <annals/facts/storable.hpp>

#include <cmath>
#include <concepts>
#include <string>
#include <type_traits>

namespace annals::facts {

/// Throws `invalid_request` for values that cannot be read back: NaN, infinities, times outside the years 0000 to
/// 9999, enum values without a name, and a set `optional` that holds null (it would be read as unset). `to_text`
/// finds texts that are not UTF-8.
template <class T>
auto encode(const T& value) -> eventstore::json;

namespace detail {

/// `made` is the value that a reader begins with. An unset optional is left out only if it is unset there, too.
template <described_struct T>
auto encode_struct(const T& value, const T& made) -> eventstore::json
{
    auto object = eventstore::json::object();
    [[maybe_unused]] const auto add = [&](auto described) {
        const auto& field = value.*described.pointer;
        [[maybe_unused]] const auto& begun = made.*described.pointer;
        using type = std::remove_cvref_t<decltype(field)>;
        if constexpr (is_optional<type>) {
            if (field || begun) object[described.name] = encode(field);
        } else if constexpr (described_struct<type> && !stored_as_text<type>) {
            object[described.name] = encode_struct(field, begun);
        } else {
            object[described.name] = encode(field);
        }
    };
    if constexpr (stores_every_field<T>()) boost::mp11::mp_for_each<fields_of<T>>(add);
    return object;
}

template <class T>
auto encode_set(const T& value) -> eventstore::json
{
    auto set = encode(value);
    if (set.is_null())
        throw eventstore::invalid_request("an optional is set but holds null: it would be read back as unset");
    return set;
}

/// `object[name]` would compare with every member before it. Keys of a map differ; where a user's own type writes two
/// alike, an append refuses the name that is there twice.
template <class Map>
auto encode_map(const Map& value) -> eventstore::json
{
    auto object = eventstore::json::object();
    auto& members = object.template get_ref<eventstore::json::object_t&>();
    members.reserve(value.size());
    for (const auto& [key, item] : value) members.emplace_back(key_text(key), encode(item));
    return object;
}

template <class Choice>
auto encode_choice(const Choice& value) -> eventstore::json
{
    (void)have_own_names<Choice>();
    auto object = eventstore::json::object();
    if (value.valueless_by_exception()) throw eventstore::invalid_request("a variant holds nothing");
    std::visit([&]<class T>(const T& one) { object[annals_struct_name(&one)] = encode(one); }, value);
    return object;
}

}  // namespace detail

template <class T>
auto encode(const T& value) -> eventstore::json
{
    if constexpr (std::same_as<T, eventstore::json>) {
        if (const auto fault = eventstore::fault_of_value(value))
            throw eventstore::invalid_request("a value of type json " + *fault);
        return value;
    } else if constexpr (stored_as_text<T>) {
        return text_form<T>::write(value);
    } else if constexpr (detail::is_duration<T>) {
        return encode(value.count());
    } else if constexpr (described_enum<T>) {
        return enum_name(value);
    } else if constexpr (described_struct<T>) {
        static const T made{};
        return detail::encode_struct(value, made);
    } else if constexpr (detail::is_real<T>) {
        if (!std::isfinite(value)) throw eventstore::invalid_request("JSON has no number for " + std::to_string(value));
        return value;
    } else if constexpr (detail::is_whole<T> || std::same_as<T, bool> || std::same_as<T, std::string>) {
        return value;
    } else if constexpr (!detail::is_storable<T>()) {
        detail::cannot_store<T>();
        return {};
    } else if constexpr (detail::is_optional<T>) {
        return value ? detail::encode_set(*value) : eventstore::json(nullptr);
    } else if constexpr (detail::is_sequence<T>) {
        auto list = eventstore::json::array();
        for (const auto& item : value) list.push_back(encode(item));
        return list;
    } else if constexpr (detail::is_map<T>) {
        return detail::encode_map(value);
    } else {
        static_assert(detail::is_choice<T>);
        return detail::encode_choice(value);
    }
}

}  // namespace annals::facts
