// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/facts/facts.hpp>
#include <annals/facts/keys_of.hpp>
#include <annals/sagas/process_managers/header.hpp>
#include <annals/sagas/process_managers/reacting.hpp>

#include <concepts>
#include <type_traits>
#include <variant>

/// Process managers: plain structs that react to facts with commands. They have a header, `using event =
/// std::variant<…>`, and for each fact one or both of
///
///     void evolve(const Fact&);                                        // or with `const recorded_event& at`
///     auto react(const Fact&) const -> sagas::outgoing;                // or with `const recorded_event& at`
///
/// `evolve` comes first: `react` sees what is known now, the fact included. Members are the state, one under each key:
/// that of the fact's stream, or what `static auto key(const Fact&)` says. `using refusals = std::variant<…>` lists the
/// commands whose refusals it answers itself, with `auto react(const sagas::refused<Command>&) const -> outgoing`.
namespace annals::sagas {

namespace detail {

template <class Manager, class Fact>
consteval auto takes() -> bool
{
    constexpr bool stored = facts::fact<Fact>;
    static_assert(stored,
                  "annals: this event of the process manager has no stored name: write ANNALS_EVENT below its struct");
    constexpr bool fits = reacts<Manager, Fact> || !has_react<Manager, Fact>;
    static_assert(fits, "annals: `react` of a process manager changes nothing and returns what is sent: auto "
                        "react(const Fact&) const -> sagas::outgoing; what changes is changed by `evolve`");
    constexpr bool there = facts::evolves<Manager, Fact> || reacts<Manager, Fact> || !fits;
    static_assert(there, "annals: the process manager lists an event with which it does nothing: add auto react(const "
                         "Fact&) const -> sagas::outgoing, or void evolve(const Fact&)");
    constexpr bool has_key = !facts::detail::has_keys<Manager> || facts::detail::keyed_by_fact<Manager, Fact>
                             || facts::detail::keyed_by_event<Manager, Fact>;
    static_assert(has_key, "annals: the process manager has a `key` for other events, but not for this one: add "
                           "`static auto key(const Fact&)`");
    return stored && fits && there && has_key;
}

template <class> inline constexpr bool lists_facts = false;
template <class... Facts> inline constexpr bool lists_facts<std::variant<Facts...>> = true;

template <class Manager>
consteval auto has_stored_state() -> bool
{
    constexpr bool stored = !has_state<Manager> || facts::described_struct<Manager>;
    static_assert(stored, "annals: the members of a process manager are its state, which is stored: add "
                          "ANNALS_FIELDS(Manager, …) below it");
    return stored;
}

template <class Manager, class Command>
consteval auto answers() -> bool
{
    constexpr bool there = reacts_alone<Manager, refused<Command>>;
    static_assert(there, "annals: the process manager lacks a function for a refusal of this command: auto "
                         "react(const sagas::refused<Command>&) const -> sagas::outgoing");
    return there;
}

template <class Manager>
consteval auto answers_refusals() -> bool
{
    if constexpr (requires { typename Manager::refusals; })
        return []<class... Commands>(std::type_identity<std::variant<Commands...>>) {
            return (answers<Manager, Commands>() & ...);
        }(std::type_identity<typename Manager::refusals>{});
    else return true;
}

template <class Manager>
consteval auto is_process_manager() -> bool
{
    constexpr bool has_header = requires {
        { Manager::header } -> std::convertible_to<header>;
    };
    static_assert(has_header, "annals: a process manager says what it is: `static constexpr sagas::header header{…};`");
    constexpr bool lists = [] {
        if constexpr (requires { typename Manager::event; }) return lists_facts<typename Manager::event>;
        else return false;
    }();
    static_assert(lists, "annals: a process manager lists the events it knows: `using event = std::variant<…>`");
    if constexpr (has_header && lists && has_stored_state<Manager>() && answers_refusals<Manager>())
        return []<class... Facts>(std::type_identity<std::variant<Facts...>>) {
            return (takes<Manager, Facts>() & ...);
        }(std::type_identity<typename Manager::event>{});
    else return false;
}

}  // namespace detail
}  // namespace annals::sagas
