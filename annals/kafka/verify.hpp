// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/store.hpp>
#include <annals/kafka/settings.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace annals::kafka {

/// Where a topic differs from its log.
struct difference {
    std::string what;                        ///< for the operator: "the value is not the payload of …"
    std::string topic;
    int partition = 0;
    std::int64_t offset = 0;  ///< of the record; of the partition's end where records are missing there
    eventstore::log_position position;  ///< in the log; 0: the record has none
    std::optional<eventstore::uuid> event_id;  ///< of the record, or of the event that is missing
};

struct verification {
    std::int64_t events = 0;  ///< found in the topic, equal to the log's
    std::int64_t repeated = 0;  ///< records that repeat an earlier one: publishing is at least once
    std::int64_t expired = 0;  ///< events that the topic's retention has removed; not compared
    std::optional<difference> first;  ///< of the first log that differs; none: the topic equals the log
};

/// How much of each log must be in the topic, and who is told about progress.
struct verify_options {
    std::optional<eventstore::log_position> upto = {};  ///< of each log; unset: up to the head
    std::vector<eventstore::log_position> heads = {};  ///< by partition, at an earlier time; empty: as they are now
    std::function<void(std::int64_t events)> on_progress = [](std::int64_t) {};
};

/// Checks that every committed event of a category is in its topic, in the order of the log, with the same key, value
/// and headers, and that nothing else is. Reads both sides a page at a time, one log after the other, up to the first
/// difference. Changes nothing. Throws `unavailable` when a server cannot be reached or there is no topic, `mismatch`
/// when the topic does not fit the category.
auto verify(eventstore::store&, const settings&, const eventstore::category&, const verify_options& = {})
    -> verification;

}  // namespace annals::kafka
