// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/codec.hpp>
#include <eventstore/event.hpp>

#include <string_view>
#include <utility>
#include <variant>

/// Facts: plain structs with a stored type name, and how older stored forms become today's.
namespace annals::eventstore {

/// Names one step of an upcaster chain: `upcast(from_version<T, 1>, json&)` makes version 2 of what was stored as 1.
template <class Fact, int Version>
struct from_version {};

template <class T>
concept fact = described_struct<T> && requires(const T* type) {
    { annals_event_name(type) } -> std::convertible_to<std::string_view>;
};

/// The stored type name of a fact.
template <fact Fact>
constexpr auto type_of() -> std::string_view
{
    return annals_event_name(static_cast<const Fact*>(nullptr));
}

namespace detail {

template <class Fact, int Version>
concept upcastable_from = requires(json& stored) { upcast(from_version<Fact, Version>{}, stored); };

inline constexpr int schema_version_max = 64;

template <class Fact, int Version = 1>
consteval auto count_upcasters() -> int
{
    if constexpr (upcastable_from<Fact, Version>) return 1 + count_upcasters<Fact, Version + 1>();
    else return 0;
}

template <class Fact>
consteval auto has_upcaster_above(int version) -> bool
{
    return [&]<int... Step>(std::integer_sequence<int, Step...>) {
        return ((Step + 1 > version && upcastable_from<Fact, Step + 1>) || ...);
    }(std::make_integer_sequence<int, schema_version_max>{});
}

template <class Fact, int Version>
void upcast_from(int stored_version, json& stored)
{
    if constexpr (upcastable_from<Fact, Version>) {
        if (stored_version <= Version) upcast(from_version<Fact, Version>{}, stored);
        upcast_from<Fact, Version + 1>(stored_version, stored);
    }
}

}  // namespace detail

/// The version in which a fact is stored today: 1 + the number of its upcasters.
template <fact Fact>
consteval auto schema_version_of() -> int
{
    constexpr int upcasters = detail::count_upcasters<Fact>();
    static_assert(!detail::has_upcaster_above<Fact>(upcasters + 1),
                  "annals: the upcasters of this fact have a hole: every version from 1 on needs one");
    return 1 + upcasters;
}

/// A fact in its stored form, with a new id. Throws `invalid_request` for what JSON cannot hold.
template <fact Fact>
auto to_new_event(const Fact& value) -> new_event
{
    constexpr auto type = type_of<Fact>();
    try {
        return {.type = std::string(type),
                .schema_version = schema_version_of<Fact>(),
                .data = to_text(encode(value), "it")};
    } catch (const invalid_request& problem) {
        throw invalid_request(std::string(type) + " cannot be stored: " + problem.what());
    }
}

template <class... Facts>
auto to_new_event(const std::variant<Facts...>& value) -> new_event
{
    return std::visit([](const auto& alternative) { return to_new_event(alternative); }, value);
}

/// A fact from its stored form, brought up to today's schema version.
/// Throws `undecodable` when a field does not fit and `mismatch` when it was written by a newer program.
template <fact Fact>
auto decode_stored(std::string_view data, int schema_version) -> Fact
{
    const auto name = std::string(type_of<Fact>());
    if (schema_version > schema_version_of<Fact>())
        throw mismatch(name + " is stored in schema version " + std::to_string(schema_version)
                       + ", this program knows up to " + std::to_string(schema_version_of<Fact>())
                       + ": run a newer one");
    auto stored = json::parse(data, nullptr, false);
    if (stored.is_discarded()) throw undecodable(name, "not valid JSON");
    detail::upcast_from<Fact, 1>(schema_version, stored);
    Fact value{};
    decode(stored, value, name);
    return value;
}

/// The alternative whose type name the event has; nothing when the variant does not know it.
template <class Variant>
auto decode_event(const recorded_event& event) -> std::optional<Variant>
{
    std::optional<Variant> found;
    const auto attempt = [&]<class Fact>(std::type_identity<Fact>) {
        if (found || type_of<Fact>() != event.type) return;
        try {
            found.emplace(decode_stored<Fact>(event.data, event.schema_version));
        } catch (const mismatch& problem) {
            throw mismatch(to_string(event.stream) + " version " + std::to_string(event.version.number) + ": "
                           + problem.what());
        }
    };
    [&]<class... Facts>(std::type_identity<std::variant<Facts...>>) {
        (attempt(std::type_identity<Facts>{}), ...);
    }(std::type_identity<Variant>{});
    return found;
}

}  // namespace annals::eventstore

/// Makes a struct a fact, stored under a name and with all its fields: a contract with everything ever written.
/// Stands directly below the struct, in its namespace.
#define ANNALS_EVENT(Type, name, ...)              \
    ANNALS_FIELDS(Type __VA_OPT__(, ) __VA_ARGS__) \
    [[maybe_unused]] constexpr auto annals_event_name(const Type*) -> ::std::string_view { return name; }
