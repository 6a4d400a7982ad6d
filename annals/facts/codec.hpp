// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/eventstore/timestamp.hpp>
#include <annals/facts/encode.hpp>
#include <annals/facts/fields.hpp>
#include <annals/facts/storable.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

/// Structs to JSON and back: `decode` reads what `encode` writes. A missing member leaves the field's default. An
/// unset `optional` is left out, or written as null where its default is a value. Enums are text; times are RFC 3339
/// in UTC with microseconds. Unknown members are ignored unless strict.
namespace annals::facts {

/// A JSON value does not fit its field: the message names the field and what was found.
class undecodable : public eventstore::mismatch {
public:
    undecodable(const std::string& where, const std::string& problem) : eventstore::mismatch(where + ": " + problem) {}
};

enum class unknown_members { ignored, refused };

template <class T>
void decode(const eventstore::json& from, T& into, const std::string& where,
            unknown_members unknown = unknown_members::ignored);

namespace detail {

template <is_whole T>
void decode_integer(const eventstore::json& from, T& into, const std::string& where)
{
    if (!from.is_number_integer())
        throw undecodable(where, "a whole number was expected, not " + eventstore::excerpt(from));
    const bool fits = from.is_number_unsigned() ? std::in_range<T>(from.get<std::uint64_t>())
                                                : std::in_range<T>(from.get<std::int64_t>());
    if (!fits) throw undecodable(where, eventstore::excerpt(from) + " is out of range");
    into = from.get<T>();
}

template <described_struct T>
void decode_struct(const eventstore::json& from, T& into, const std::string& where, unknown_members unknown)
{
    if (!from.is_object()) throw undecodable(where, "an object was expected, not " + eventstore::excerpt(from));
    std::size_t found = 0;
    for_each_field(into, [&](const char* name, auto& field) {
        const auto member = from.find(name);
        if (member == from.end()) return;
        ++found;
        decode(*member, field, where + "." + name, unknown);
    });
    if (unknown == unknown_members::ignored || found == from.size()) return;
    for (const auto& [name, value] : from.items())
        if (!has_field<T>(name)) throw undecodable(where, "there is no field \"" + name + "\"");
}

template <is_real T>
void decode_real(const eventstore::json& from, T& into, const std::string& where)
{
    if (!from.is_number()) throw undecodable(where, "a number was expected, not " + eventstore::excerpt(from));
    into = from.get<T>();
    if (!std::isfinite(into)) throw undecodable(where, eventstore::excerpt(from) + " is out of range");
}

}  // namespace detail

template <class T>
void decode(const eventstore::json& from, T& into, const std::string& where, unknown_members unknown)
{
    if constexpr (std::same_as<T, eventstore::json>) {
        into = from;
    } else if constexpr (std::same_as<T, bool>) {
        if (!from.is_boolean())
            throw undecodable(where, "true or false was expected, not " + eventstore::excerpt(from));
        into = from.get<bool>();
    } else if constexpr (detail::is_whole<T>) {
        detail::decode_integer(from, into, where);
    } else if constexpr (detail::is_real<T>) {
        detail::decode_real(from, into, where);
    } else if constexpr (std::same_as<T, std::string>) {
        if (!from.is_string()) throw undecodable(where, "a text was expected, not " + eventstore::excerpt(from));
        into = from.get_ref<const std::string&>();
    } else if constexpr (std::same_as<T, eventstore::timestamp>) {
        if (!from.is_string()) throw undecodable(where, "a time was expected, not " + eventstore::excerpt(from));
        try {
            into = eventstore::parse_timestamp(from.get_ref<const std::string&>());
        } catch (const eventstore::invalid_request& problem) {
            throw undecodable(where, problem.what());
        }
    } else if constexpr (detail::is_duration<T>) {
        typename T::rep count{};
        decode(from, count, where, unknown);
        into = T{count};
    } else if constexpr (described_enum<T>) {
        if (!from.is_string() || !enum_from_name(from.get_ref<const std::string&>(), into))
            throw undecodable(where, eventstore::excerpt(from) + " is not one of " + enum_names<T>());
    } else if constexpr (detail::is_optional<T>) {
        if (from.is_null()) return into.reset();
        decode(from, into.emplace(), where, unknown);
    } else if constexpr (detail::is_list<T>) {
        if (!from.is_array()) throw undecodable(where, "a list was expected, not " + eventstore::excerpt(from));
        into.clear();
        for (const auto& item : from) {
            typename T::value_type value{};
            decode(item, value, where + "[]", unknown);
            into.push_back(std::move(value));
        }
    } else if constexpr (detail::is_map<T>) {
        if (!from.is_object()) throw undecodable(where, "an object was expected, not " + eventstore::excerpt(from));
        into.clear();
        for (const auto& [name, item] : from.items()) decode(item, into[name], where + "." + name, unknown);
    } else if constexpr (described_struct<T>) {
        detail::decode_struct(from, into, where, unknown);
    } else {
        detail::cannot_store<T>();
    }
}

}  // namespace annals::facts
