// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>
#include <annals/eventstore/timestamp.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/processors/processor.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annals::processors {

/// Whether a processor may work, in every process that knows it. `paused`: by an operator. `stopped`: by an error
/// that retrying cannot fix. Both states survive restarts until resumed.
enum class activity { running, paused, stopped };

auto to_string(activity) -> std::string;

struct processor_state {
    activity is = activity::running;
    std::string reason{};                                    ///< why it is paused or stopped, for people
    std::optional<eventstore::log_id> log{};                 ///< the log where it stopped
    std::optional<eventstore::log_position> position{};
    bool has_requests = false;                               ///< of operators, for parked keys
};

/// For a processor without a registration number: the state of the current registration.
auto read_state(pqxx::transaction_base&, const processor_id&) -> processor_state;
/// The same for many, in the same order, by one query.
auto read_states(pqxx::transaction_base&, std::span<const processor_id>) -> std::vector<processor_state>;
/// Throws `replaced` (see `checkpoint.hpp`).
void write_state(pqxx::transaction_base&, const processor_id&, const processor_state&);

/// The operator's switches; workers obey within about a second. A resumed processor tries the same event again.
void pause(pqxx::transaction_base&, const processor_id&, const std::string& reason);
void resume(pqxx::transaction_base&, const processor_id&);

/// A process's attempts at a processor's work that have failed since the last success.
struct failed_attempts {
    int failures = 0;                                        ///< 0: the last attempt was a success
    std::string reason{};                                    ///< of the last one, for people
    eventstore::timestamp since{}, failed_at{};              ///< when the first and the last one failed
};

/// Saves a process's latest result for others to see. A success removes what this process has saved, and rows of
/// processes that are gone. `process`: as in `leases::member`.
void write_attempts(pqxx::transaction_base&, const processor_id&, const std::string& process, const failed_attempts&);

/// What a processor is doing, as `annals.processor_activity` shows it.
struct processor_activity {
    processor_id processor;
    std::vector<std::string> categories;
    std::string state;                                       ///< the words of docs/operating/states.md
    std::string reason;                                      ///< empty when it is running
    std::int64_t failures = 0;                               ///< since the last success
    std::optional<eventstore::timestamp> since;              ///< retrying, stopped or paused
    std::int64_t processes = 0;                              ///< that could work on it, seen in the last ten seconds
    std::string place;                                       ///< where it stopped: `sample/3@17`, or empty
    std::int64_t parked_keys = 0;                            ///< keys that wait (see `parked.hpp`)
    std::int64_t parked_events = 0;

    /// Attempts have failed for so long that it probably needs someone to fix it.
    auto has_lasted(eventstore::timestamp now) const -> bool;
};

/// Every processor that is registered or has ever worked, by name and version.
auto read_activities(pqxx::transaction_base&) -> std::vector<processor_activity>;

}  // namespace annals::processors
