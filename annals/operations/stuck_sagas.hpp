// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/connection.hpp>
#include <annals/operations/saga_runners.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace annals::operations {

/// A saga that does not go on by itself, why, and what to do.
struct stuck_saga {
    std::string type, id, status;
    std::vector<std::string> current_steps;
    eventstore::timestamp changed_at{};              ///< since when nothing has happened
    eventstore::timestamp seen_at{};                 ///< the server's time when it was read
    std::string reason;
    std::string to_do;

    auto is_parked() const -> bool { return status == "parked"; }
};

/// Parked sagas, and those in which nothing has happened for this long although something should: nobody has begun
/// them, their time has come, a step could begin, or a request waits. Not those that an operator has paused. The one
/// that has waited longest first. `program`: the name in what is to be done.
auto find_stuck_sagas(libpq::connection& log, const saga_runners&, const std::string& program,
                      std::chrono::milliseconds for_at_least, std::int64_t sagas_max) -> std::vector<stuck_saga>;

/// Saga types that no process runs, although requests have waited for them for a minute.
struct unheard_type {
    std::string type;
    std::int64_t inputs = 0;                         ///< starts, signals, requests
    eventstore::timestamp since{};
};
auto find_unheard_types(libpq::connection& log, const saga_runners&) -> std::vector<unheard_type>;

}  // namespace annals::operations
