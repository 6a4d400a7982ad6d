// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/evolve.hpp>
#include <annals/sagas/process_managers/outgoing.hpp>
#include <annals/sagas/process_managers/refused.hpp>

#include <concepts>
#include <type_traits>

/// How a process manager takes what happens.
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
