// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/sagas/advance/instance.hpp>

#include <string>
#include <vector>

namespace annals::sagas {

/// A fact from a saga's stream. Throws `mismatch` for an event that no saga of this program writes.
auto fact_from(const eventstore::recorded_event&) -> saga_fact;

/// A saga as it is when all these facts were folded, in their order. Throws as `fact_from` and `instance::evolve`.
auto instance_from(const plan&, const std::vector<eventstore::recorded_event>&) -> instance;

/// All events of a saga's stream, the oldest first; none when there is no such stream.
auto read_saga(eventstore::store&, const std::string& type, const std::string& id)
    -> std::vector<eventstore::recorded_event>;

}  // namespace annals::sagas
