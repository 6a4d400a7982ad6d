// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/handles.hpp>
#include <eventstore/kafka/obstacle.hpp>
#include <eventstore/kafka/settings.hpp>
#include <eventstore/publication.hpp>
#include <eventstore/store.hpp>

#include <expected>
#include <string>
#include <vector>

namespace annals::eventstore::kafka {

/// Where to resume publishing a log, or why it cannot be published.
struct prepared_log {
    led_log led;
    std::string topic;
    std::expected<publication_cursor, obstacle> from;
    bool was_replaced = false;               ///< the topic was empty or another one; it is filled again
    bool is_news = false;                    ///< the topic holds more than the ledger says
};

/// Claims topics and creates missing ones, finds out what they hold, and empties replaced ones that already hold
/// later events. An error of one category or log affects only that one. Throws `unavailable` when a server is
/// unreachable.
auto prepare_logs(store&, publication_ledger&, rd_kafka_t& client, const settings&, const std::string& incarnation,
                  const std::vector<led_log>&) -> std::vector<prepared_log>;

}  // namespace annals::eventstore::kafka
