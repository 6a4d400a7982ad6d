// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/engine/request.hpp>
#include <annals/sagas/engine/saga_storage.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// A simulation of the engine: simulated time, participants, owners and database, all from one seed.
namespace annals::sagas::simulation {

/// Everything that happens has a number, in its order.
using sequence = std::int64_t;

struct stored_fact {
    sequence number = 0;
    eventstore::timestamp stored_at{};
    dated_fact what;
};

/// A request as it left an engine.
struct asked_request {
    sequence number = 0;
    request what;
};

/// What a participant did; its answers and refusals have no effect.
struct effect {
    sequence number = 0;
    eventstore::timestamp at{};
    std::string saga_id, step, key;
    sagas::direction direction = sagas::direction::forward;
};

struct arrival {
    sequence number = 0;
    eventstore::timestamp at{};
    arrived_input what;
    sequence taken = 0;                            ///< 0: not yet
    int times_taken = 0;
    std::optional<std::string> refusal;
};

/// Crashes, takeovers, pauses, faults: for people who read the history.
struct remark {
    sequence number = 0;
    eventstore::timestamp at{};
    std::string text;
};

/// What the checker sees.
struct history {
    std::uint64_t seed = 0;
    definition of;
    std::map<std::string, std::vector<stored_fact>> sagas;
    std::vector<asked_request> asked;
    std::vector<effect> effects;
    std::vector<arrival> arrivals;                 ///< in the order of their inputs' numbers, which begin with 1
    std::vector<remark> remarks;
    std::vector<std::string> broken_in_storage;    ///< what the database refused or saw, and no engine may do
    eventstore::timestamp calm_from{};             ///< from here on nothing goes wrong
    sequence rest = 0;                             ///< here every saga must be over or parked
    std::map<std::string, std::string> shown;      ///< the statuses that people saw then
    sequence last = 0;

    auto next() -> sequence { return ++last; }
};

}  // namespace annals::sagas::simulation
