// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/ignored_types.hpp>
#include <annals/facts/fact_checks.hpp>

#include <concepts>
#include <variant>

/// Whether an aggregate can read all that was ever stored for it. Each function here passes, or stops the compiler with
/// one sentence; the `In instantiation of` line above it names the aggregate and the event in question.
namespace annals::commands::detail {

template <class T, class Variant> inline constexpr bool is_one_of = false;
template <class T, class... Ts> inline constexpr bool is_one_of<T, std::variant<Ts...>> = (std::same_as<T, Ts> || ...);

/// The aggregate must know what a former event became: otherwise it would decide without it.
template <class Aggregate, class Former, class Fact>
consteval auto takes_over() -> bool
{
    constexpr bool known = is_one_of<Fact, typename Aggregate::event> || facts::detail::became_others<Fact>;
    static_assert(known, "annals: a former event became this fact, and the aggregate does not have it among its "
                         "`event` alternatives");
    return known;
}

template <class Aggregate, class Event>
consteval auto takes_over_all() -> bool
{
    if constexpr (facts::detail::became_others<Event>)
        return []<class... Facts>(facts::former_events<Facts...>) {
            return (takes_over<Aggregate, Event, Facts>() && ...);
        }(facts::detail::facts_from<Event>{});
    else return true;
}

/// Whether everything that was ever stored for the aggregate's events can be read as these events.
template <class Aggregate>
consteval auto reads_its_past() -> bool
{
    if constexpr (facts::detail::is_readable<typename Aggregate::event>())
        return []<class... Events>(facts::former_events<Events...>) {
            return (takes_over_all<Aggregate, Events>() && ...);
        }(facts::detail::sources_of<typename Aggregate::event>{});
    else return false;
}

template <class Aggregate>
consteval auto reads_its_past_and_no_more() -> bool
{
    if constexpr (reads_its_past<Aggregate>()) return ignores_well<Aggregate>();
    else return false;
}

}  // namespace annals::commands::detail
