// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/place.hpp>
#include <annals/processors/checkpoint.hpp>
#include <annals/processors/page_ahead.hpp>

#include <chrono>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annals::processors {

/// How many of these events come, in the order of all logs (`eventstore::place`), before an event that was applied
/// already: then the server's clock was set back. By log, as the checkpoints are. `at`: before the events.
auto count_late(std::span<const checkpoint> at, std::span<const eventstore::recorded_event>)
    -> std::vector<std::int64_t>;

/// The events of several logs as one sequence, the same whenever it is read.
///
/// An event is handed out once every other log has passed its time: its next event is later, or its watermark is. So
/// nothing that belongs before it can come any more, unless the server's clock is set back. Reads ahead, bounded in
/// number and bytes. For one thread.
class one_order {
public:
    /// The categories are those of the processor; the feed and the store must outlive this object.
    one_order(std::vector<std::string> categories, feed&, eventstore::store&);

    /// The next events after these checkpoints, no more than fit the page. Nothing when there are none, or when those
    /// there are must wait.
    auto next(std::span<const checkpoint>, const eventstore::page_size&) -> std::vector<eventstore::recorded_event>;

    /// What the events at hand wait for.
    struct wait {
        eventstore::log_id log;  ///< appends to it are under way, or it is not assigned yet
        std::chrono::steady_clock::time_point since;
    };
    /// After a `next` that returned nothing although there are events.
    auto waits_for() const -> const std::optional<wait>& { return wait_; }

    /// Forgets what was read ahead: it may be of another incarnation of the store.
    void forget();

private:
    struct source {
        eventstore::log_id log;
        eventstore::log_position end{};  ///< of the last event read
        std::deque<eventstore::recorded_event> ahead{};
        std::optional<eventstore::timestamp> watermark{};  ///< of what comes after `end`
        std::optional<eventstore::log_position> bound{};  ///< the feed's, for this call of `next`
        bool may_have_more = true;  ///< the last read may have ended before the log did

        auto is_allowed(eventstore::log_position position) const -> bool { return !bound || position <= *bound; }
        /// Takes the event after `end`.
        void add(eventstore::recorded_event);
    };

    void follow(std::span<const checkpoint>);
    void read_ahead();
    void ask_ahead();
    void take_asked();
    void add(std::vector<eventstore::recorded_event>, std::span<source* const> asked);
    auto share() const -> eventstore::page_size;
    auto is_half_used(const source&) const -> bool;
    auto first() -> source*;
    auto holding_up(const eventstore::place&) -> source*;
    void ask_for_watermarks();
    auto take_until_wait(const eventstore::page_size&) -> std::vector<eventstore::recorded_event>;
    auto waits_for_category() -> bool;
    void waits(const eventstore::log_id&);

    std::vector<std::string> categories_;
    feed& feed_;
    eventstore::store& store_;
    std::vector<source> sources_;
    page_ahead asked_;  ///< of logs that have used up half of theirs
    std::optional<wait> wait_;
};

}  // namespace annals::processors
