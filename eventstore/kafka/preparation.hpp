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

/// Where to go on publishing a log, or what keeps it from being published.
struct prepared_log {
    led_log led;
    std::string topic;
    std::expected<publication_cursor, obstacle> from;
    bool was_replaced = false;               ///< the topic was empty or another one; it is filled again
    bool is_news = false;                    ///< the topic holds more than the ledger says
};

/// Claims and creates topics where that is to be done, finds out what they hold, and empties those that were replaced
/// and hold later events already. What is wrong with one category or
/// log is its own. Throws `unavailable` when a server is away.
auto prepare_logs(store&, publication_ledger&, rd_kafka_t& client, const settings&, const std::string& incarnation,
                  const std::vector<led_log>&) -> std::vector<prepared_log>;

}  // namespace annals::eventstore::kafka
