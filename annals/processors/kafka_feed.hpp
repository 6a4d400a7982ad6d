// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/kafka/settings.hpp>
#include <annals/processors/feed.hpp>
#include <annals/processors/recent_events.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace annals::kafka {
class consumer;
struct published_event;
}  // namespace annals::kafka

namespace annals::processors {

/// Feeds processors from the topics that the publisher fills, with one consumer per process for all of them.
///
/// Each log that a processor asks for is followed from then on, in a small window of its last events. A reader that
/// is before the window, or meets a gap in it, reads the log. A log without news for a second is read once a second.
/// Records published in another incarnation of the store are ignored, since the log may hold another event there or
/// none. So repeated records, retention, deleted topics, broker outages and restored backups delay an event, but have
/// no other effect.
class kafka_feed final : public feed {
public:
    /// Offsets at which to begin, from checkpoints; other logs begin near the ends of their topics.
    using offsets = std::map<eventstore::log_id, std::int64_t>;

    /// `group`: the name under which Kafka's own tools show how far this process has read. The store must outlive the
    /// feed.
    /// Throws `invalid_request` for a property that librdkafka refuses; does not wait for the broker.
    kafka_feed(eventstore::store&, const kafka::settings&, const std::string& group, offsets = {});
    ~kafka_feed() override;

    auto next(std::span<const eventstore::log_cursor>, const eventstore::page_size&)
        -> std::vector<eventstore::recorded_event> override;
    auto changes() -> eventstore::change_signal& override { return changes_; }

private:
    using clock = std::chrono::steady_clock;

    struct followed_log {
        explicit followed_log(eventstore::log_position end) : window(end) {}

        recent_events window;
        clock::time_point heard_at;  ///< when an event last came, or the log was last found without news
    };

    auto follow(const eventstore::log_cursor&) -> followed_log&;
    auto from_store(std::span<const eventstore::log_cursor>, const eventstore::page_size&)
        -> std::vector<eventstore::recorded_event>;
    void receive(std::stop_token);
    void tell();
    static void say(const char* what, const std::string& problem);
    void hand_over_wanted();
    void take(std::vector<kafka::published_event>);
    void refuse(followed_log&, const kafka::published_event&);
    void follow_incarnation();

    eventstore::store& store_;
    const offsets offsets_;
    eventstore::change_signal changes_;
    std::mutex mutex_;  // guards the next four
    std::optional<std::string> incarnation_;  // of the store, for all windows
    std::string refused_;  // the last other one that records came from
    std::map<eventstore::log_id, followed_log> followed_;
    std::vector<eventstore::log_id> wanted_;  // the consumer does not follow them yet
    std::unique_ptr<kafka::consumer> consumer_;  // only for the receiving thread, and the next two
    bool has_failed_ = false, is_cut_off_ = false;
    std::jthread receiver_;
};

}  // namespace annals::processors
