// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>

#include <deque>
#include <vector>

namespace annals::processors {

/// The last events of one log without a gap, shared by readers near its end. Bounded in number and bytes; the oldest
/// are dropped first. Not thread-safe.
class recent_events {
public:
    static constexpr std::size_t events_max = 512;
    static constexpr std::size_t bytes_max = 512 << 10;

    /// Empty; the next event must be the one after `end`.
    explicit recent_events(eventstore::log_position end) : end_(end) {}

    /// Position of the last event that came.
    auto end() const -> eventstore::log_position { return end_; }

    /// Whether the event after `after` is here.
    auto holds_next_of(eventstore::log_position after) const -> bool;

    /// Takes the event after `end`; another one is ignored. Returns whether it was taken.
    auto add(eventstore::recorded_event) -> bool;

    /// Forgets everything and continues after `end`.
    void restart(eventstore::log_position end);

    /// Appends the events after `after` to `found`, while `found` as a whole stays within the page (a first event
    /// always fits). Returns whether the page is full.
    auto copy(eventstore::log_position after, const eventstore::page_size&,
              std::vector<eventstore::recorded_event>& found, std::size_t& bytes) const -> bool;

private:
    std::deque<eventstore::recorded_event> events_;
    eventstore::log_position end_;
    std::size_t bytes_ = 0;
};

}  // namespace annals::processors
