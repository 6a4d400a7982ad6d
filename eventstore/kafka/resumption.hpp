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

/// Why a log must not be published on.
struct halt {
    enum class cause {
        other_event,                         ///< the log does not hold the greatest event of the topic
        other_system,                        ///< it does, but another store has published it
        unreadable                           ///< what the topic holds cannot be found out for now
    };

    cause is;
    std::string difference;                  ///< for people
    publication_cursor topic_end;            ///< the greatest event of the topic, with the incarnation found there
};

/// Where to go on publishing a log, or why that must not be.
struct resumption {
    led_log log;
    std::expected<publication_cursor, halt> from;
    bool was_replaced = false;               ///< the topic is empty or another one; it is filled again
    bool begins_late = false;                ///< it is, and holds later events already, which must be deleted before
    bool is_news = false;                    ///< the topic holds more than the cursor says
};

/// What the ledger says.
struct known_publication {
    std::vector<publication_cursor> cursors;
    std::string incarnation;                 ///< of the store, now
};

/// Finds out from the topics themselves what they hold already; cursors only say where to look.
///
/// A topic that reaches up to the cursor is read from there, and publishing goes on after the greatest position that
/// was seen without a gap: not the last record's, since a publisher that was stopped may have repeated older ones. A
/// topic that ends below the cursor was replaced and is filled again from `settings.republish_from`. Without a cursor
/// the tail is read. The event found must be the log's own at that position, and published by this database unless a
/// cursor of it stands there: otherwise the log was restored, or the topic is another store's.
///
/// A topic that is replaced while events are under way gets these as its first ones: the producer cannot tell it from
/// the one before. Such a topic, whose first event is not the one to begin with, is to be emptied before it is filled.
/// It can be told from one whose older records Kafka has deleted, since its offsets begin at 0, or where the cursor
/// says that nothing was published yet.
///
/// A topic that cannot be read halts its logs only. Throws `unavailable` when no broker answers.
auto find_resumptions(store&, const known_publication&, const settings&, std::span<const led_log>)
    -> std::vector<resumption>;

}  // namespace annals::eventstore::kafka
