// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/store.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/processors/processor.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace annals::processors {

/// How far a processor is behind one log: exact, since positions have no gaps.
struct log_lag {
    processor_id processor;
    eventstore::log_id log;
    eventstore::log_position checkpoint;
    eventstore::log_position head;
    std::chrono::microseconds age{0};            ///< of the oldest event that is not applied

    auto events() const -> std::int64_t { return head - checkpoint; }
};

/// How far a processor is behind over all its logs.
struct processor_lag {
    processor_id processor;
    std::int64_t applied = 0;                    ///< events, over all logs
    std::int64_t events = 0;                     ///< not applied yet
    std::chrono::microseconds age{0};            ///< of the oldest event that is not applied, in any log
};

/// The lag of every processor that has a checkpoint and of every live projection, by processor, version and log.
/// Where no worker has begun yet, the checkpoint is 0.
auto lag_by_log(pqxx::connection& model, eventstore::store&) -> std::vector<log_lag>;

/// The sums of rows that `lag_by_log` gave, by processor and version.
auto sum_of(const std::vector<log_lag>&) -> std::vector<processor_lag>;

/// Summed, by processor and version.
auto lag(pqxx::connection& model, eventstore::store&) -> std::vector<processor_lag>;

}  // namespace annals::processors
