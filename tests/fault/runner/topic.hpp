// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/checked.hpp>
#include <tests/fault/runner/log_rows.hpp>

#include <string>

/// The topic of a run, read and harmed through librdkafka alone.
namespace annals::fault_runs {

inline constexpr auto topic_name = "faults.events";

/// Each record equals the event of the log at its position, under the event's key and in its log's partition; first
/// occurrences come in the order of positions, without gaps; with `complete`, the last event is there, too, unless
/// everything was deleted. Throws `std::runtime_error` when the broker does not answer.
auto check_topic(const std::string& brokers, const whole_log&, bool complete) -> checked;

/// False when the broker did not do it in time.
auto delete_topic(const std::string& brokers) -> bool;

/// Deletes records from the beginning of every partition: this share of them, in percent.
auto delete_records(const std::string& brokers, int percent) -> bool;

}  // namespace annals::fault_runs
