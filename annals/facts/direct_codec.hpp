// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/codec.hpp>
#include <annals/facts/parsed_json.hpp>

#include <boost/mp11/list.hpp>

#include <array>
#include <bitset>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace annals::facts {

/// Reads a value from a JSON text as `decode` does, but without building the JSON. Only for valid texts without
/// anything unusual. Nothing when a value does not fit, a name comes twice, or a field has type `json`: for these use
/// `decode`, which handles them and gives the message (docs/decisions/0021).
template <class T>
auto decode_directly(std::string_view text, unknown_members unknown = unknown_members::ignored) -> std::optional<T>;

namespace detail {

template <class T>
auto read_value(const parsed_json& from, T& into, unknown_members unknown) -> bool;

template <is_whole T>
auto read_whole(const parsed_json& from, T& into) -> bool
{
    std::conditional_t<std::unsigned_integral<T>, std::uint64_t, std::int64_t> whole{};
    if (!from.get(whole) || !std::in_range<T>(whole)) return false;
    into = static_cast<T>(whole);
    return true;
}

/// A whole number is converted directly: through a double, a float would be rounded twice.
template <is_real T>
auto read_number(const parsed_json& from, T& into) -> bool
{
    const auto is_a = [&](auto number) {
        const bool is_one = from.get(number);
        if (is_one) into = static_cast<T>(number);
        return is_one && std::isfinite(into);
    };
    return is_a(std::int64_t{}) || is_a(std::uint64_t{}) || is_a(double{});
}

template <class List>
auto read_list(const parsed_json& from, List& into, unknown_members unknown) -> bool
{
    into.clear();
    return from.each_item([&](const parsed_json& item) {
        typename List::value_type value{};
        if (!read_value(item, value, unknown)) return false;
        into.push_back(std::move(value));
        return true;
    });
}

template <class Map>
auto read_map(const parsed_json& from, Map& into, unknown_members unknown) -> bool
{
    into.clear();
    return from.each_member([&](std::string_view name, const parsed_json& member) {
        const auto [at, is_new] = into.try_emplace(std::string(name));
        return is_new && read_value(member, at->second, unknown);
    });
}

template <class T>
struct field_reader {
    std::string_view name;
    auto (*read)(const parsed_json&, T&, unknown_members) -> bool;
};

template <class T, class Field>
auto read_field(const parsed_json& from, T& into, unknown_members unknown) -> bool
{
    return read_value(from, into.*Field::pointer, unknown);
}

template <class T, class... Fields>
consteval auto readers_of(boost::mp11::mp_list<Fields...>)
{
    return std::array<field_reader<T>, sizeof...(Fields)>{{{Fields::name, &read_field<T, Fields>}...}};
}

/// Members mostly come in the order of the fields: the search begins after the last one found.
template <described_struct T>
auto read_struct(const parsed_json& from, T& into, unknown_members unknown) -> bool
{
    static constexpr auto fields = readers_of<T>(boost::mp11::mp_rename<fields_of<T>, boost::mp11::mp_list>{});
    std::bitset<fields.size()> found;
    std::size_t next = 0;
    return from.each_member([&](std::string_view name, const parsed_json& member) {
        for (std::size_t tried = 0; tried < fields.size(); ++tried) {
            const auto at = (next + tried) % fields.size();
            if (fields[at].name != name) continue;
            if (found.test(at)) return false;
            found.set(at);
            next = at + 1;
            return fields[at].read(member, into, unknown);
        }
        return unknown == unknown_members::ignored;
    });
}

template <class T>
auto read_value(const parsed_json& from, T& into, unknown_members unknown) -> bool
{
    std::string_view text;
    if constexpr (std::same_as<T, bool>) {
        return from.get(into);
    } else if constexpr (is_whole<T>) {
        return read_whole(from, into);
    } else if constexpr (is_real<T>) {
        return read_number(from, into);
    } else if constexpr (std::same_as<T, std::string>) {
        return from.get(text) && (into = text, true);
    } else if constexpr (std::same_as<T, eventstore::timestamp>) {
        return from.get(text) && (into = eventstore::parse_timestamp(text), true);
    } else if constexpr (described_enum<T>) {
        return from.get(text) && enum_from_name(text, into);
    } else if constexpr (is_duration<T>) {
        typename T::rep count{};
        return read_value(from, count, unknown) && (into = T{count}, true);
    } else if constexpr (is_optional<T>) {
        return from.is_null() ? (into.reset(), true) : read_value(from, into.emplace(), unknown);
    } else if constexpr (is_list<T>) {
        return read_list(from, into, unknown);
    } else if constexpr (is_map<T>) {
        return read_map(from, into, unknown);
    } else if constexpr (described_struct<T>) {
        return read_struct(from, into, unknown);
    } else {
        return false;
    }
}

}  // namespace detail

template <class T>
auto decode_directly(std::string_view text, unknown_members unknown) -> std::optional<T>
try {
    std::optional<T> value(std::in_place);
    const auto parsed = parsed_json::parse(text);
    if (!parsed || !detail::read_value(*parsed, *value, unknown)) value.reset();
    return value;
} catch (const eventstore::invalid_request&) {
    return {};  // a text is not a time
}

}  // namespace annals::facts
