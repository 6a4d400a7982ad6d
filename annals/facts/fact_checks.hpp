// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/distinct_names.hpp>
#include <annals/facts/former_events.hpp>

/// Whether facts can be read. Each function here passes, or stops the compiler with one sentence; the `In
/// instantiation of` line above it names the events in question.
namespace annals::facts::detail {

template <class Event>
consteval auto is_recorded_today() -> bool
{
    constexpr bool today = !became_others<Event>;
    static_assert(today,
                  "annals: this event became others (it has an `upcast`), and is never seen: list those instead");
    return today;
}

/// The upcast of a former event can return this fact, and the fact says that it comes from it.
template <class Former, class Fact>
consteval auto becomes() -> bool
{
    constexpr bool stored = fact<Fact>;
    static_assert(stored, "annals: the `upcast` of a former event returns something that has no ANNALS_EVENT");
    constexpr bool named = !stored || mp11::mp_contains<formers<Fact>, Former>::value;
    static_assert(named, "annals: a former event becomes a fact that does not name it: add it to the fact's "
                         "ANNALS_FORMER_EVENTS, or no reader would see it");
    return stored && named;
}

template <class Fact, class Former>
consteval auto comes_from() -> bool
{
    constexpr bool stored = fact<Former>;
    static_assert(stored, "annals: a former event keeps its struct and its ANNALS_EVENT");
    if constexpr (stored) {
        constexpr bool ends = became_others<Former>;
        static_assert(ends, "annals: a former event says what it became: auto upcast(const Former&) -> …");
        if constexpr (ends) {
            constexpr bool made = mp11::mp_contains<facts_from<Former>, Fact>::value;
            static_assert(made, "annals: the `upcast` of this former event never returns the fact that names it");
            return made && []<class... Facts>(former_events<Facts...>) {
                return (becomes<Former, Facts>() && ...);
            }(facts_from<Former>{});
        }
    }
    return false;
}

template <class Event>
consteval auto comes_from_all() -> bool
{
    return []<class... Formers>(former_events<Formers...>) {
        return (comes_from<Event, Formers>() && ...);
    }(formers<Event>{});
}

/// No former event becomes itself again.
template <class Event, class... Before>
consteval auto comes_to_an_end() -> bool
{
    constexpr bool again = (std::same_as<Event, Before> || ...);
    static_assert(!again, "annals: a former event becomes itself again");
    if constexpr (!again && became_others<Event>)
        return []<class... Facts>(former_events<Facts...>) {
            return (comes_to_an_end<Facts, Event, Before...>() && ...);
        }(facts_from<Event>{});
    else return !again;
}

consteval auto come_to_an_end(former_events<>) -> bool { return true; }

template <class Next, class... Rest>
consteval auto come_to_an_end(former_events<Next, Rest...>) -> bool
{
    if constexpr (comes_to_an_end<Next>()) return come_to_an_end(former_events<Rest...>{});
    else return false;
}

/// Whether each of a variant's facts has stored names that no other fact in it ever had.
template <class Variant>
consteval auto is_readable() -> bool
{
    return []<class... Facts>(std::type_identity<std::variant<Facts...>>) {
        if constexpr (!(is_recorded_today<Facts>() && ...)) return false;
        else
            return []<class... Events>(former_events<Events...> all) {
                if constexpr (!(comes_from_all<Events>() && ...)) return false;
                else if constexpr (!come_to_an_end(all)) return false;
                else return have_distinct_names(former_events<>{}, all);
            }(sources_of<Variant>{});
    }(std::type_identity<Variant>{});
}

}  // namespace annals::facts::detail
