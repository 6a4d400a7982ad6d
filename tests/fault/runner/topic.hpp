// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/checked.hpp>
#include <tests/fault/runner/log_rows.hpp>

#include <string>
#include <vector>

/// The topic of a run, read and harmed through librdkafka alone.
namespace annals::fault_runs {

inline constexpr auto topic_name = "faults.events";

/// Each record equals the event of the log at its position, under the event's key and in its log's partition; first
/// occurrences come in the order of positions, without gaps; with `complete`, the last event is there, too, unless
/// everything was deleted. Throws `std::runtime_error` when the broker does not answer.
auto check_topic(const std::string& brokers, const whole_log&, bool complete) -> checked;

/// How far a publisher says that a partition is published.
struct cursor_row {
    int partition = 0;
    std::int64_t position = 0, offset = 0;   ///< of the last event; behind its record
    std::string id;
};

/// The topic has the records that the cursors speak of, just before their offsets. Cursors are read first, and the
/// topic must not be deleted meanwhile; what Kafka has deleted of it is not looked for.
auto check_cursors(const std::string& brokers, const std::vector<cursor_row>&) -> checked;

/// False when the broker did not do it in time.
auto delete_topic(const std::string& brokers) -> bool;

/// Deletes records from the beginning of every partition: this share of them, in percent.
auto delete_records(const std::string& brokers, int percent) -> bool;

}  // namespace annals::fault_runs
