// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/json.hpp>
#include <annals/facts/undecodable.hpp>

#include <array>
#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

/// How older stored forms of a fact become today's. Stored events are never rewritten: these functions run on every
/// read.
/// They are pure: the same stored event always becomes the same facts.
namespace annals::facts {

/// Names one step of a fact's chain: `upcast(from_version<T, 1>, json&)` turns version 1 into version 2.
template <class Fact, int Version>
struct from_version {};

/// Events that are no longer recorded and that became others (see ANNALS_FORMER_EVENTS).
template <class... Events>
struct former_events {};

namespace detail {

template <class Fact, int Version>
concept upcastable_from = requires(eventstore::json& stored) { upcast(from_version<Fact, Version>{}, stored); };

inline constexpr int schema_version_max = 64;

template <class Fact, int Version = 1>
consteval auto count_upcasters() -> int
{
    if constexpr (upcastable_from<Fact, Version>) return 1 + count_upcasters<Fact, Version + 1>();
    else return 0;
}

/// One more than the last version of the chain that begins with version 1.
template <class Fact>
consteval auto has_upcaster_apart(int chain) -> bool
{
    return [&]<int... Version>(std::integer_sequence<int, Version...>) {
        return (((Version < 1 || Version > chain) && upcastable_from<Fact, Version>) || ...);
    }(std::make_integer_sequence<int, schema_version_max>{});
}

/// A function that also accepts a temporary takes a copy, and its changes would be lost.
template <class Fact, int Version>
concept changes_what_it_is_given = requires(eventstore::json& stored) {
    { upcast(from_version<Fact, Version>{}, stored) } -> std::same_as<void>;
} && !requires(eventstore::json& stored) { upcast(from_version<Fact, Version>{}, std::move(stored)); };

template <class Fact, int Chain>
consteval auto change_what_they_are_given() -> bool
{
    return []<int... Step>(std::integer_sequence<int, Step...>) {
        return (changes_what_it_is_given<Fact, Step + 1> && ...);
    }(std::make_integer_sequence<int, Chain>{});
}

/// Runs the steps from the stored version on. Throws `undecodable` when a step does, or when its result is not JSON.
template <class Fact, int Version = 1>
void upcast_from(int stored_version, eventstore::json& stored, const std::string& name)
{
    if constexpr (upcastable_from<Fact, Version>) {
        try {
            if (stored_version <= Version) upcast(from_version<Fact, Version>{}, stored);
        } catch (const std::exception& problem) {
            throw undecodable(name,
                              "its upcast from version " + std::to_string(Version) + " failed: " + problem.what());
        }
        upcast_from<Fact, Version + 1>(stored_version, stored, name);
    } else if (const auto fault = eventstore::fault_of_value(stored)) {
        throw undecodable(name, "what its upcast made " + *fault);
    }
}

}  // namespace detail

/// The version in which a fact is stored today: 1 + the number of its upcasters.
template <class Fact>
consteval auto schema_version_of() -> int
{
    constexpr int upcasters = detail::count_upcasters<Fact>();
    static_assert(!detail::has_upcaster_apart<Fact>(upcasters),
                  "annals: the upcasters of this fact have a gap: every version from 1 on needs one");
    static_assert(detail::change_what_they_are_given<Fact, upcasters>(),
                  "annals: an upcaster changes what it is given: it takes `json&`, and returns nothing");
    return 1 + upcasters;
}

}  // namespace annals::facts

/// Names under which the same fact was stored before: `ANNALS_FORMER_NAMES(sample_stored, "sample.shelved")`.
/// Renaming does not restart its schema versions. Write it directly below its ANNALS_EVENT.
#define ANNALS_FORMER_NAMES(Type, ...)                               \
    [[maybe_unused]] constexpr auto annals_former_names(const Type*) \
    {                                                                \
        return ::std::to_array<::std::string_view>({__VA_ARGS__});   \
    }

/// Events that this fact comes from: `ANNALS_FORMER_EVENTS(sample_stored, sample_received)`. Each keeps its struct,
/// its ANNALS_EVENT and its own chain, and says what it became: `upcast(const sample_received&)` returns one fact, or
/// a `std::tuple`, `std::vector`, `std::optional` or `std::variant` of facts. Each of those facts names it in turn.
#define ANNALS_FORMER_EVENTS(Type, ...)                                                                              \
    [[maybe_unused]] constexpr auto annals_former_events(const Type*) -> ::annals::facts::former_events<__VA_ARGS__> \
    {                                                                                                                \
        return {};                                                                                                   \
    }
