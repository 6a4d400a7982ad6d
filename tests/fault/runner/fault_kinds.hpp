// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <span>

namespace annals::fault_runs {

/// What a run does to a system that works. The last four are what operators do while it happens.
enum class fault {
    appender_killed,
    appender_stopped,
    publisher_killed,
    publisher_stopped,
    publisher_hung,
    worker_killed,
    worker_stopped,
    worker_hung,
    program_killed,
    program_stopped,
    program_hung,
    builder_killed,
    broker_killed,
    broker_restarted,
    broker_stopped,
    postgres_restarted,
    postgres_aborted,
    postgres_killed,
    postgres_stopped,
    sessions_ended,
    topic_deleted,
    records_deleted,
    connections_reset,
    connections_refused,
    connections_delayed,
    connections_half_closed,
    disk_filled,
    rebuild_begun,
    version_swapped,
    projection_paused,
    parked_retried
};

/// What a schedule must know of it.
struct fault_kind {
    fault is;
    const char* name;
    int weight;                              ///< how often it is chosen, against the others of its group
    std::chrono::milliseconds shortest, longest;    ///< how long it lasts
    enum class group { light, once, broker, postgres, act } in;  ///< once: at most one of it in an episode
};

auto all_fault_kinds() -> std::span<const fault_kind>;
auto kind_of(fault) -> const fault_kind&;

}  // namespace annals::fault_runs
