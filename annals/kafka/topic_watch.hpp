// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/publication.hpp>
#include <annals/kafka/obstacle.hpp>
#include <annals/kafka/settings.hpp>

#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

struct rd_kafka_s;

namespace annals::kafka {

/// A log that is published: what should be true of its partition.
struct watched_log {
    eventstore::led_log led;
    std::string topic;
    std::int64_t end = 0;                    ///< the least offset at which the partition may end
    bool is_silent = false;                  ///< something is in flight without an acknowledgement for long
};

/// A log for which that is no longer true.
struct watched_change {
    eventstore::led_log led;
    std::optional<obstacle> why;             ///< nothing: the topic was deleted or replaced, and can be filled again
};

/// Watches topics in the background, so that a slow one does not hold up the others: every two seconds for topics
/// that vanished or were replaced, every 15 for settings that changed. Where nothing is acknowledged it finds the
/// reason. Thread-safe.
class topic_watch {
public:
    /// The client must outlive it.
    topic_watch(rd_kafka_s& client, const settings&);
    ~topic_watch();

    /// Watches these logs from now on; `led`: all logs whose topics' settings matter.
    void follow(std::vector<watched_log>, std::vector<eventstore::led_log> led);
    /// What was found since the last call. Throws `unavailable` when no broker answers.
    auto take() -> std::vector<watched_change>;

private:
    void run(const std::stop_token&);
    void look_at_ends(const std::vector<watched_log>&, const std::stop_token&);
    void look_at_settings(const std::vector<eventstore::led_log>&);
    auto reason_of_silence(const watched_log&) -> obstacle;
    void note(watched_change);

    rd_kafka_s& client_;
    const settings settings_;
    std::mutex mutex_;  // guards the next four
    std::vector<watched_log> watched_;
    std::vector<eventstore::led_log> led_;
    std::vector<watched_change> found_;
    std::exception_ptr lost_;
    std::condition_variable_any stopped_;
    std::jthread thread_;
};

}  // namespace annals::kafka
