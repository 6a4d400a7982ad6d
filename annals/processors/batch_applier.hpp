// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/batch_limit.hpp>
#include <annals/processors/checkpoint.hpp>
#include <annals/processors/feed.hpp>
#include <annals/processors/model_sessions.hpp>
#include <annals/processors/one_order.hpp>
#include <annals/processors/page_ahead.hpp>
#include <annals/processors/parked_keys.hpp>
#include <annals/processors/parked_requests.hpp>
#include <annals/processors/processor.hpp>

#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annals::processors {

/// An event that its processor can never apply, and may not pass over (see `processor::parks`). Everything before it
/// in its log is applied.
class inapplicable : public eventstore::error {
public:
    inapplicable(const eventstore::recorded_event&, const std::string& why, std::string code);

    eventstore::log_id log;
    eventstore::log_position position;
    std::string code;  ///< as `error_code`
};

/// Runs one processor: applies the events of its logs exactly once each.
///
/// The rule: an event is applied if and only if its position is the checkpoint's + 1, in the transaction that moves
/// the checkpoint. An event at or below the checkpoint is dropped; where the feed has a gap, the log itself is read.
/// An event that can never be applied is parked with its key (see `parked_keys.hpp`), and the others go on.
/// A batch that takes longer than the database allows is halved, down to one event. Later batches stay small and grow
/// again as they succeed. For one thread, except `cancel`.
/// After any exception but `inapplicable`, reload the checkpoints with `read_again`. Connect again before that,
/// unless it was `fenced`: the session may be broken.
class batch_applier {
public:
    /// They must outlive this object. `connects` is called when it needs a session and has none; it must `connect`.
    /// While there are no events, none is needed.
    batch_applier(processor&, eventstore::store&, feed&, std::function<void()> connects = {}, parking_limits = {});

    /// Uses this session from now on. It is prepared before the first work; a failed preparation is repeated.
    void connect(model_session);
    /// Returns the session, broken or not.
    auto disconnect() -> std::optional<model_session>;
    /// Null when there is none or it broke.
    auto connection() -> pqxx::connection*;
    /// Makes the database cancel the current batch, and `step` with it. From any thread, while it is connected.
    void cancel();

    /// Works on exactly these logs from now on: takes over new ones, forgets those that are not named.
    /// Throws `restored` when a log was restored to before a checkpoint.
    void work_on(std::span<const numbered_log>);

    /// Applies the next events, in one transaction or (`processor::batch_size`) several; returns their number, 0 when
    /// there is nothing yet.
    /// Throws `inapplicable`, `too_much_parked`, `fenced`, `restored` when the log was restored to before a
    /// checkpoint, or any other error.
    auto step() -> std::size_t;

    /// What events wait for that are there and were not applied by the last `step`; only where all logs have one order.
    auto waits_for() const -> std::optional<one_order::wait>;

    /// One step of what operators ask for parked keys of these logs; returns whether there was one. Throws as `step`.
    auto carry_out_request() -> bool;

    /// Reads the checkpoints again. Returns the logs that another process has taken over, and forgets them.
    auto read_again() -> std::vector<numbered_log>;

private:
    auto session() -> pqxx::connection&;
    void prepare();
    auto next_batch() -> std::vector<eventstore::recorded_event>;
    auto read_page() -> std::vector<eventstore::recorded_event>;
    void read_ahead(std::span<const eventstore::recorded_event> events);
    auto page() const -> eventstore::page_size;
    auto cursors_of(std::span<const checkpoint>) -> std::vector<eventstore::log_cursor>;
    void check_in(std::string incarnation);
    auto apply_in_turn(std::span<const eventstore::recorded_event>) -> std::size_t;
    void apply(std::span<const eventstore::recorded_event>);
    struct refused_batch {
        std::string why, code;
    };
    auto try_to_commit(std::span<const eventstore::recorded_event>) -> std::optional<refused_batch>;
    void move_past(std::span<const eventstore::recorded_event>,
                   const std::function<void(pqxx::transaction_base&)>& write);
    void tell_of_late(std::span<const std::int64_t>);
    void apply_or_queue(pqxx::transaction_base&, std::span<const eventstore::recorded_event>);
    void park(const eventstore::recorded_event&, const refused_batch&);

    processor& processor_;
    eventstore::store& store_;
    feed& feed_;
    std::function<void()> connects_;
    std::optional<model_session> session_;
    std::vector<checkpoint> at_;
    std::optional<one_order> one_order_;  ///< where all logs have one
    page_ahead ahead_;  ///< where they have none
    parked_keys parked_;
    parked_requests requests_;
    std::size_t pages_ = 0;
    bool catching_up_ = false;
    batch_limit limit_;
    bool has_told_of_late_ = false;
    std::atomic<bool> cancelled_ = false;
    std::optional<std::string> incarnation_;  ///< of the store that the checkpoints were compared with
};

}  // namespace annals::processors
