// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/publication.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/kafka/handles.hpp>
#include <annals/kafka/obstacle.hpp>
#include <annals/kafka/settings.hpp>

#include <expected>
#include <string>
#include <vector>

namespace annals::kafka {

/// Where to resume publishing a log, or why it cannot be published.
struct prepared_log {
    eventstore::led_log led;
    std::string topic;
    std::expected<eventstore::publication_cursor, obstacle> from;
    std::int64_t next_offset = 0;              ///< the offset after its last record
    bool was_replaced = false;               ///< the topic was empty or another one; it is filled again
    bool is_news = false;                    ///< the topic holds more than the ledger says
};

/// Claims topics and creates missing ones, finds out what they hold, and empties replaced ones that already hold
/// later events. An error of one category or log affects only that one. Throws `unavailable` when a server is
/// unreachable.
auto prepare_logs(eventstore::store&, eventstore::publication_ledger&, rd_kafka_t& client, const settings&,
                  const std::string& incarnation, const std::vector<eventstore::led_log>&) -> std::vector<prepared_log>;

}  // namespace annals::kafka
