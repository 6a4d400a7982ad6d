// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <processors/batch_limit.hpp>
#include <processors/checkpoint.hpp>
#include <processors/feed.hpp>
#include <processors/processor.hpp>

#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annals::processors {

/// An event that its processor cannot apply, now or later. Everything before it in its log is applied.
class inapplicable : public eventstore::error {
public:
    inapplicable(const eventstore::recorded_event&, const std::string& why);

    eventstore::log_id log;
    eventstore::log_position position;
};

/// One processor at work: applies the events of its logs exactly once each.
///
/// The rule: an event is applied iff its position is the checkpoint's + 1, in the transaction that moves the
/// checkpoint. One that is not above the checkpoint is dropped; on a hole in what the feed gives, the log itself is
/// read. A batch that the database gives up for its time is made smaller, down to one event, and later batches with it;
/// they grow again as they succeed. For one thread, but `cancel`. After any exception but `inapplicable` the
/// checkpoints may not be what this object believes, nor the session: connect again, then `read_again`. (`fenced`
/// leaves the session as it was.)
class batch_applier {
public:
    /// They must outlive this object.
    batch_applier(processor&, eventstore::store&, feed&);

    /// Works on this connection from now on. It is prepared before the first work, as often as that takes.
    void connect(pqxx::connection);
    void disconnect() { connection_.reset(); }
    /// Null when there is none or it broke.
    auto connection() -> pqxx::connection*;
    /// Makes the database give up the batch under way, and `step` with it. From any thread, while it is connected.
    void cancel();

    /// From now on these logs and no others: takes over those that are new, forgets those that are not named.
    /// Throws `restored` when a log was restored behind a checkpoint's back.
    void work_on(std::span<const numbered_log>);

    /// Applies the next batch; returns the number of its events, 0 when there is nothing yet.
    /// Throws `inapplicable`, `fenced`, `restored` when the log was restored behind a checkpoint's back, or what broke.
    auto step() -> std::size_t;

    /// Reads the checkpoints again. Returns the logs that another process has taken over, and forgets them.
    auto read_again() -> std::vector<numbered_log>;

private:
    void prepare();
    auto next_batch() -> std::vector<eventstore::recorded_event>;
    auto page() const -> eventstore::page_size;
    auto cursors() -> std::vector<eventstore::log_cursor>;
    auto read_hole(const eventstore::log_cursor&, const eventstore::page_size&)
        -> std::vector<eventstore::recorded_event>;
    void check_in(std::string incarnation);
    void apply(std::span<const eventstore::recorded_event>);
    auto try_to_commit(std::span<const eventstore::recorded_event>) -> std::optional<std::string>;
    void commit(std::span<const eventstore::recorded_event>);

    processor& processor_;
    eventstore::store& store_;
    feed& feed_;
    std::optional<pqxx::connection> connection_;
    bool prepared_ = false;
    std::vector<checkpoint> at_;
    std::size_t first_ = 0;  ///< of `at_`: which log is asked first, in turn
    bool catching_up_ = false;
    batch_limit limit_;
    std::atomic<bool> cancelled_ = false;
    std::optional<std::string> incarnation_;  ///< of the store that the checkpoints were compared with
};

}  // namespace annals::processors
