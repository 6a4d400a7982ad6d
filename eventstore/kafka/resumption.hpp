// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/topic_reader.hpp>
#include <eventstore/publication.hpp>
#include <eventstore/store.hpp>

#include <expected>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace annals::eventstore::kafka {

/// Where to go on publishing a log, or why that must not be: a sentence for the operator.
struct resumption {
    led_log log;
    std::expected<publication_cursor, std::string> from;
    bool was_replaced = false;               ///< the topic was empty or another one; it is filled again
};

/// Finds out from the topics themselves what they hold already; cursors only say where to look.
///
/// A topic that reaches up to the cursor is read from there, and publishing goes on behind the greatest position seen:
/// not the last record's, since a publisher that was stopped may have repeated older ones. A topic that ends below the
/// cursor was replaced and is filled again from `settings.republish_from`. Without a cursor the tail is read. The event
/// found must be the log's own at that position: otherwise the log was restored, or the topic is another store's.
/// Throws `unavailable`.
auto find_resumptions(store&, publication_ledger&, const settings&, std::span<const led_log>)
    -> std::vector<resumption>;

}  // namespace annals::eventstore::kafka
