// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>
#include <annals/eventstore/publication.hpp>

#include <cassert>
#include <chrono>
#include <deque>
#include <string>
#include <utility>

namespace annals::kafka {

/// How far a log is on its way into its partition: handed to the producer, and acknowledged by the broker.
///
/// A producer's first record goes alone. A broker that does not know a producer accepts any of its batches as the
/// first one. With several in flight it may refuse one for a moment (a partition that was just created) and accept
/// the next.
class partition_progress {
public:
    static constexpr std::size_t events_max = 4000;
    static constexpr std::size_t bytes_max = 4 << 20;

    using clock = std::chrono::steady_clock;
    /// Continues after `done`; `is_saved`: the ledger has `done` already. The topic's next record gets `next_offset`.
    partition_progress(eventstore::led_log led, std::string topic, eventstore::publication_cursor done,
                       std::int64_t next_offset, bool is_saved)
        : led_(std::move(led)),
          topic_(std::move(topic)),
          offered_(done.position),
          done_(std::move(done)),
          next_offset_(next_offset),
          is_saved_(is_saved)
    {}

    auto led() const -> const eventstore::led_log& { return led_; }
    auto topic() const -> const std::string& { return topic_; }
    void set_wanted_elsewhere(bool is_wanted) { led_.is_wanted_elsewhere = is_wanted; }

    /// Another producer sends it from now on.
    void begin_with_one() { events_now_ = 1; }

    /// No more events may be offered: another publisher leads the log, or its topic will be looked at again.
    void end() { has_ended_ = true; }
    auto has_ended() const -> bool { return has_ended_; }

    /// Position of the last event that was handed to the producer.
    auto offered() const -> eventstore::log_position { return offered_; }
    /// How far the broker has acknowledged it, until it ended.
    auto done() const -> const eventstore::publication_cursor& { return done_; }
    /// The offset after the last record that is known in the topic.
    auto next_offset() const -> std::int64_t { return next_offset_; }

    auto has_room() const -> bool { return sent_.size() < events_now_ && bytes_ < bytes_max; }
    auto is_idle() const -> bool { return sent_.empty(); }
    /// How long something has been in flight without an acknowledgement.
    auto silent_for() const -> clock::duration { return is_idle() ? clock::duration{} : clock::now() - heard_at_; }

    void offer(const eventstore::recorded_event& event)
    {
        if (is_idle()) heard_at_ = clock::now();
        bytes_ += event.size_bytes();
        offered_ = event.position;
        sent_.push_back({event.position, event.id, event.size_bytes()});
    }
    /// Whether the topic ended at this offset. If not, it is another topic (offsets never go back in one), or another
    /// producer's records came between: what it holds must be looked at again.
    auto is_next(std::int64_t offset) const -> bool { return offset == next_offset_; }

    /// The first event that was not acknowledged is at this offset. After the end it is only no longer under way.
    void acknowledge(std::int64_t offset)
    {
        assert(!sent_.empty());
        const auto [position, id, bytes] = sent_.front();
        sent_.pop_front();
        bytes_ -= bytes;
        heard_at_ = clock::now();
        if (has_ended_) return;
        done_.position = position;
        done_.event_id = id;
        done_.topic_offset = next_offset_ = offset + 1;
        events_now_ = events_max;
        is_saved_ = false;
        has_progressed_ = true;
    }

    /// Whether anything was acknowledged since the last call.
    auto take_progress() -> bool { return std::exchange(has_progressed_, false); }

    /// Whether the last read of the log found nothing more.
    auto is_caught_up() const -> bool { return is_caught_up_; }
    void set_caught_up(bool is) { is_caught_up_ = is; }

    auto is_saved() const -> bool { return is_saved_; }
    void set_saved() { is_saved_ = true; }

private:
    struct sent_event {
        eventstore::log_position position;
        eventstore::uuid id;
        std::size_t bytes = 0;
    };

    eventstore::led_log led_;
    std::string topic_;
    eventstore::log_position offered_;
    eventstore::publication_cursor done_;
    std::int64_t next_offset_;
    bool is_saved_;
    bool has_progressed_ = false;
    bool has_ended_ = false;
    bool is_caught_up_ = false;
    clock::time_point heard_at_ = clock::now();
    std::deque<sent_event> sent_;
    std::size_t events_now_ = 1;  // how many may be in flight
    std::size_t bytes_ = 0;
};

}  // namespace annals::kafka
