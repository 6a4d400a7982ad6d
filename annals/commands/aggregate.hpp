// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/stored_past.hpp>
#include <annals/facts/evolve.hpp>

#include <concepts>
#include <string_view>
#include <type_traits>
#include <variant>

namespace annals::commands {

/// What makes a plain struct an aggregate. Each function here passes, or stops the compiler with one sentence; the
/// `In instantiation of` line above it names the aggregate and the event or command in question.
namespace detail {

template <class T> inline constexpr bool is_variant = false;
template <class... Ts> inline constexpr bool is_variant<std::variant<Ts...>> = true;

template <class Aggregate>
consteval auto has_category() -> bool
{
    constexpr bool there = requires {
        { Aggregate::category } -> std::convertible_to<std::string_view>;
    };
    static_assert(there, "annals: an aggregate needs its category: static constexpr auto category = \"sample\";");
    return there;
}

template <class Aggregate>
consteval auto has_events() -> bool
{
    constexpr bool there = requires { requires is_variant<typename Aggregate::event>; };
    static_assert(there, "annals: an aggregate needs its events: using event = std::variant<sample_created, …>;");
    return there;
}

template <class Aggregate, class Event>
consteval auto evolves_with() -> bool
{
    constexpr bool stored = facts::fact<Event>;
    static_assert(stored,
                  "annals: this event of the aggregate has no stored name: write ANNALS_EVENT below its struct");
    constexpr bool evolves = facts::evolves<Aggregate, Event>;
    static_assert(evolves, "annals: the aggregate lacks a function for this event: void evolve(const Event&), or "
                           "void evolve(const Event&, const eventstore::recorded_event&)");
    return stored && evolves;
}

template <class Aggregate>
consteval auto is_a_value() -> bool
{
    constexpr bool starts = std::default_initializable<Aggregate>;
    static_assert(starts, "annals: an aggregate begins empty: it needs a default constructor");
    constexpr bool copies = std::copy_constructible<Aggregate>;
    static_assert(copies, "annals: an aggregate is a value: it needs a copy constructor");
    return starts && copies;
}

template <class Aggregate>
consteval auto may_have_snapshots() -> bool
{
    constexpr bool asked = requires { Aggregate::state_version; };
    constexpr bool described = !asked || facts::described_struct<Aggregate>;
    static_assert(described, "annals: state_version asks for snapshots, and they hold the aggregate's fields: write "
                             "ANNALS_FIELDS below its struct");
    return described;
}

template <class Aggregate>
consteval auto is_aggregate() -> bool
{
    if constexpr (!has_category<Aggregate>()) {
        return false;
    } else if constexpr (!has_events<Aggregate>()) {
        return false;
    } else {
        constexpr bool evolves = []<class... Events>(std::type_identity<std::variant<Events...>>) {
            return (evolves_with<Aggregate, Events>() & ...);
        }(std::type_identity<typename Aggregate::event>{});
        if constexpr (is_a_value<Aggregate>() && may_have_snapshots<Aggregate>() && evolves)
            return reads_its_past_and_no_more<Aggregate>();
        else return false;
    }
}

}  // namespace detail
}  // namespace annals::commands
