// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>
#include <annals/eventstore/uuid.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace annals::eventstore {

/// How far a log has been published, and where in its topic that ended.
struct publication_cursor {
    log_id log;
    log_position position;
    std::int64_t topic_offset = 0;           ///< after the event
    uuid event_id{};                         ///< of the event: shows whether a log or a topic was replaced
    std::string incarnation;                 ///< of the store it was read from

    /// Nothing was published yet: the event after `position` comes first, at `topic_offset`.
    auto is_beginning() const -> bool { return event_id == uuid{}; }

    auto operator==(const publication_cursor&) const -> bool = default;
};

/// A log that this publisher leads: no other publishes it meanwhile.
struct led_log {
    log_id log;
    int partitions = 0;                      ///< of its category
    std::int64_t epoch = 0;                  ///< raised each time that a publisher begins to lead it
    bool is_wanted_elsewhere = false;        ///< another publisher should have it: give it back soon
};

/// A log that is not published for now, although a publisher leads it.
struct publication_halt {
    log_id log;
    std::string reason, to_do;               ///< for people to read
    int attempts = 1;                        ///< attempts to publish it since it was halted

    auto operator==(const publication_halt&) const -> bool = default;
};

/// Which publisher leads which log, and how far each log has been published. Belongs to one publisher; thread-safe.
/// Divides all logs of the store evenly among the live publishers; new logs within a second.
class publication_ledger {
public:
    virtual ~publication_ledger() = default;

    /// Which incarnation of the store this is. Another one may hold other events at the same positions.
    virtual auto incarnation() -> std::string = 0;

    /// The logs that this publisher leads now. Does not wait. Throws `unavailable` while the server is unreachable:
    /// it then leads nothing.
    virtual auto led() -> std::vector<led_log> = 0;

    /// Whether this publisher wants logs; true at first. While it does not, it leads none, and the others divide them.
    virtual void set_wants_logs(bool) = 0;

    /// Sets a log free for others.
    virtual void give_back(const log_id&) = 0;

    /// The topic that a category is published to: `topic`, unless the category has another one already. Cursors count
    /// offsets in that topic only.
    virtual auto claim_topic(const std::string& category, const std::string& topic) -> std::string = 0;

    /// Where known, in no particular order.
    virtual auto cursors(std::span<const log_id>) -> std::vector<publication_cursor> = 0;

    /// Saves cursors of logs that this publisher leads; those of other logs are not changed.
    virtual void save(std::span<const publication_cursor>) = 0;

    /// Writes down for people which of the logs that it leads are halted, and which no longer are.
    virtual void note_halts(std::span<const publication_halt>, std::span<const log_id> published) = 0;
};

}  // namespace annals::eventstore
