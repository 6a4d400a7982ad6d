// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/facts/evolve.hpp>
#include <annals/facts/facts.hpp>
#include <annals/facts/keys_of.hpp>
#include <annals/sagas/process_managers/header.hpp>
#include <annals/sagas/process_managers/outgoing.hpp>
#include <annals/sagas/process_managers/refused.hpp>

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
/// that of the fact's stream, or what `static auto key(const Fact&)` says.
namespace annals::sagas {

/// Whether a struct is meant to be one.
template <class T>
concept meant_as_process_manager = requires { T::header.process_manager; };

namespace detail {

using eventstore::recorded_event;

template <class Manager, class Input>
concept reacts_alone = requires(const Manager& state, const Input& input) {
    { state.react(input) } -> std::convertible_to<outgoing>;
};
template <class Manager, class Fact>
concept reacts_with_event = requires(const Manager& state, const Fact& fact, const recorded_event& at) {
    { state.react(fact, at) } -> std::convertible_to<outgoing>;
};
template <class Manager, class Fact>
concept reacts = reacts_alone<Manager, Fact> || reacts_with_event<Manager, Fact>;
template <class Manager, class Fact>
concept has_react = requires(Manager& state, const Fact& fact) { state.react(fact); }
                    || requires(Manager& state, const Fact& fact, const recorded_event& at) { state.react(fact, at); };

/// A struct with members has a state.
template <class Manager> inline constexpr bool has_state = !std::is_empty_v<Manager>;

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
    if constexpr (has_header && lists && has_stored_state<Manager>())
        return []<class... Facts>(std::type_identity<std::variant<Facts...>>) {
            return (takes<Manager, Facts>() & ...);
        }(std::type_identity<typename Manager::event>{});
    else return false;
}

/// Takes a fact under one key: first into the state, and then what it leads to.
template <class Manager, class Fact>
auto take(Manager& state, const Fact& fact, const recorded_event& at) -> outgoing
{
    if constexpr (facts::evolves<Manager, Fact>) facts::evolve(state, fact, at);
    if constexpr (reacts_with_event<Manager, Fact>) return state.react(fact, at);
    else if constexpr (reacts_alone<Manager, Fact>) return state.react(fact);
    else return {};
}

}  // namespace detail
}  // namespace annals::sagas
