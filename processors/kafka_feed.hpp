// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/settings.hpp>
#include <processors/feed.hpp>
#include <processors/recent_events.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace annals::eventstore::kafka {
class consumer;
struct published_event;
}  // namespace annals::eventstore::kafka

namespace annals::processors {

/// Feeds processors from the topics that the publisher fills, with one consumer a process for all of them.
///
/// Each log that is asked for is followed from then on, in a small window of its last events. Who is behind the window,
/// or meets a hole in it, reads the log; so does, once a second, who has heard nothing for a second. Records that were
/// published in another incarnation of the store are not taken, since the log may hold another event there or none.
/// Repeated records, retention, deleted topics, broker outages and restored backups thus delay an event, and do nothing
/// else.
class kafka_feed final : public feed {
public:
    /// Offsets at which to begin, from checkpoints; other logs begin near the ends of their topics.
    using offsets = std::map<eventstore::log_id, std::int64_t>;

    /// `group`: under which Kafka's own tools show how far this process has read. The store must outlive the feed.
    /// Throws `invalid_request` for a property that librdkafka refuses; does not wait for the broker.
    kafka_feed(eventstore::store&, const eventstore::kafka::settings&, const std::string& group, offsets = {});
    ~kafka_feed() override;

    auto next(std::span<const eventstore::log_cursor>, const eventstore::page_size&)
        -> std::vector<eventstore::recorded_event> override;
    auto changes() -> eventstore::change_signal& override { return changes_; }

private:
    using clock = std::chrono::steady_clock;

    struct followed_log {
        explicit followed_log(eventstore::log_position end) : window(end) {}

        recent_events window;
        clock::time_point heard_at;  ///< when something last came, or the log was last found to hold nothing new
    };

    auto follow(const eventstore::log_cursor&) -> followed_log&;
    auto from_store(std::span<const eventstore::log_cursor>, const eventstore::page_size&)
        -> std::vector<eventstore::recorded_event>;
    void receive(std::stop_token);
    void tell();
    static void say(const char* what, const std::string& reason);
    void hand_over_wanted();
    void take(std::vector<eventstore::kafka::published_event>);
    void refuse(followed_log&, const eventstore::kafka::published_event&);
    void follow_incarnation();

    eventstore::store& store_;
    const offsets offsets_;
    eventstore::change_signal changes_;
    std::mutex mutex_;  // guards the next four
    std::optional<std::string> incarnation_;  // of the store, in which everything followed came
    std::string refused_;  // the last other one
    std::map<eventstore::log_id, followed_log> followed_;
    std::vector<eventstore::log_id> wanted_;  // the consumer does not follow them yet
    std::unique_ptr<eventstore::kafka::consumer> consumer_;  // the receiver's alone, and the next two
    bool has_failed_ = false, is_cut_off_ = false;
    std::jthread receiver_;
};

}  // namespace annals::processors
