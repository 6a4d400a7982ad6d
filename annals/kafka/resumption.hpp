// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/publication.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/kafka/topic_reader.hpp>

#include <expected>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace annals::kafka {

/// Why publishing of a log must not resume.
struct halt {
    enum class cause {
        other_event,                         ///< the log does not hold the greatest event of the topic
        other_system,                        ///< the log holds it, but another store has published it
        unreadable                           ///< the topic cannot be read for now
    };

    cause is;
    std::string difference;                  ///< for people
    eventstore::publication_cursor topic_end;  ///< the greatest event of the topic, with the incarnation found there
};

/// Where to resume publishing a log, or why it must not be published.
struct resumption {
    eventstore::led_log log;
    std::expected<eventstore::publication_cursor, halt> from;
    std::int64_t next_offset = 0;              ///< the offset after its last record
    bool was_replaced = false;  ///< the topic is empty or another one; it is filled again
    bool begins_late = false;  ///< it was, and holds later events that must be deleted first
    bool is_news = false;  ///< the topic holds more than the cursor says
};

/// A log's state in the ledger.
struct publication_record {
    std::vector<eventstore::publication_cursor> cursors;
    std::string incarnation;  ///< of the store, now
};

/// Finds out from the topics themselves what they hold; cursors only say where to look.
///
/// A topic that reaches up to the cursor is read from there. Publishing resumes after the greatest position that was
/// seen without a gap: not after the last record, since a stopped publisher may have repeated older ones. A topic
/// that ends below the cursor was replaced and is filled again from `settings.republish_from`. Without a cursor the
/// tail is read. The event found must be the log's own at that position, and must have been published by this
/// database unless the ledger has this database's cursor for it. Otherwise the log was restored, or the topic belongs
/// to another store.
///
/// When a topic is replaced while events are in flight, the new topic gets these first: the producer cannot tell the
/// two topics apart. A topic whose first event is not the one to begin with must be emptied before it is filled. A
/// topic whose older records Kafka has deleted looks different: the offsets of a replaced one begin at 0, or where
/// the cursor says that nothing was published yet.
///
/// A topic that cannot be read halts only its logs. Throws `unavailable` when no broker answers.
auto find_resumptions(eventstore::store&, const publication_record&, const settings&,
                      std::span<const eventstore::led_log>) -> std::vector<resumption>;

}  // namespace annals::kafka
