// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/decode_containers.hpp>
#include <annals/facts/decode_scalars.hpp>
#include <annals/facts/fields.hpp>
#include <annals/facts/storable.hpp>

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace annals::facts {

/// A value from its text: reads what `encode` writes. Throws `undecodable`, beginning with `name`, where the text is
/// not JSON or a member does not fit its field. A missing member leaves the field's default; null unsets an optional.
/// `strict`: other members are refused, and missing ones, unless their field is an optional.
template <class T>
auto decode(std::string_view text, const std::string& name, strictness how = strictness::lenient) -> T;

namespace detail {

template <described_struct T>
void decode_struct(const parsed_json& from, T& into, const place& at, strictness how)
{
    static constexpr auto names = names_of<T>();
    std::array<std::optional<parsed_json>, names.size()> members;
    std::optional<std::string_view> other;
    if (!from.find(names, members, other)) refuse_kind(at, "an object", from);
    std::size_t next = 0;
    std::optional<std::string_view> missing;
    for_each_field(into, [&]<class Field>(const char*, Field& field) {
        const auto i = next++;
        if (members[i]) decode_value(*members[i], field, {&at, ".", names[i]}, how);
        else if (!is_optional<Field> && !missing) missing = names[i];
    });
    if (how == strictness::lenient) return;
    if (other) throw undecodable(at.text(), "there is no field \"" + std::string(*other) + "\"");
    if (missing) throw undecodable(at.text(), "the field \"" + std::string(*missing) + "\" is missing");
}

template <class T>
void decode_value(const parsed_json& from, T& into, const place& at, strictness how)
{
    std::string_view text;
    if constexpr (std::same_as<T, eventstore::json>) {
        into = from.to_json();
    } else if constexpr (std::same_as<T, bool>) {
        if (!from.get(into)) refuse_kind(at, "true or false", from);
    } else if constexpr (is_whole<T>) {
        decode_whole(from, into, at);
    } else if constexpr (is_real<T>) {
        decode_real(from, into, at);
    } else if constexpr (std::same_as<T, std::string>) {
        if (!from.get(text)) refuse_kind(at, "a text", from);
        into = text;
    } else if constexpr (stored_as_text<T>) {
        if (!from.get(text)) refuse_kind(at, text_form<T>::expected, from);
        into = read_text<T>(text, at);
    } else if constexpr (is_duration<T>) {
        typename T::rep count{};
        decode_value(from, count, at, how);
        into = T{count};
    } else if constexpr (described_enum<T>) {
        if (!from.get(text) || !enum_from_name(text, into)) refuse_value(at, from, "is not one of " + enum_names<T>());
    } else if constexpr (is_optional<T>) {
        if (from.is_null()) into.reset();
        else decode_value(from, into.emplace(), at, how);
    } else if constexpr (described_struct<T>) {
        if constexpr (stores_every_field<T>()) decode_struct(from, into, at, how);
    } else if constexpr (!is_storable<T>()) {
        cannot_store<T>();
    } else if constexpr (is_sequence<T>) {
        decode_sequence(from, into, at, how);
    } else if constexpr (is_map<T>) {
        decode_map(from, into, at, how);
    } else {
        decode_choice(from, into, at, how);
    }
}

}  // namespace detail

template <class T>
auto decode(std::string_view text, const std::string& name, strictness how) -> T
{
    const parsed_text parsed(text, name);
    T value{};
    detail::decode_value(parsed.value(), value, {nullptr, "", name}, how);
    return value;
}

}  // namespace annals::facts
