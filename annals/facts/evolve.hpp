// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

/// How a struct takes a fact: `void evolve(const Fact&)`, or `void evolve(const Fact&, const recorded_event& at)` when
/// it also needs to know when, where or by whom the fact was recorded.
namespace annals::facts {

template <class T, class Fact>
concept evolves_with_fact = requires(T& value, const Fact& fact) { value.evolve(fact); };

template <class T, class Fact>
concept evolves_with_event =
    requires(T& value, const Fact& fact, const eventstore::recorded_event& at) { value.evolve(fact, at); };

template <class T, class Fact>
concept evolves = evolves_with_fact<T, Fact> || evolves_with_event<T, Fact>;

template <class T, class Fact>
    requires evolves<T, Fact>
void evolve(T& value, const Fact& fact, const eventstore::recorded_event& at)
{
    if constexpr (evolves_with_event<T, Fact>) value.evolve(fact, at);
    else value.evolve(fact);
}

}  // namespace annals::facts
