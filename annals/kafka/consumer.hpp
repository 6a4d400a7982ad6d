// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/cloud_event.hpp>
#include <annals/kafka/handles.hpp>
#include <annals/kafka/settings.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace annals::kafka {

/// Follows the topics of logs: chosen partitions from chosen offsets, without the division of work in a consumer
/// group. The group's name only serves to save offsets that Kafka's own tools can show. For one thread.
///
/// Delivers what the topics hold: with repetitions and gaps, nothing while there is no broker or no topic, and from
/// the beginning again when a topic was replaced. Records that are not events of annals are left out.
class consumer {
public:
    static constexpr std::size_t events_max = 1000;

    /// Throws `invalid_request` for a property that librdkafka refuses. Connects in the background.
    consumer(const settings&, const std::string& group);

    /// Follows a log from an offset, or from a little before its topic's end. If the topic is missing or vanishes,
    /// tries again after 1 to 10 seconds; the others are not disturbed by that.
    void follow(const eventstore::log_id&, std::optional<std::int64_t> offset = {});

    /// The events that have come, at most `events_max`. Waits up to `wait` for a first one.
    auto poll(std::chrono::milliseconds wait) -> std::vector<published_event>;

    /// Saves, in the background, how far it has read.
    void commit();

    /// Problems since the last call, such as topics that this user may not read. For people; each is reported once.
    auto take_troubles() -> std::vector<std::string> { return std::exchange(troubles_, {}); }
    /// Whether no broker answers. Asks one every two seconds while nothing comes, which takes half a second at most.
    auto is_cut_off() -> bool;

private:
    using clock = std::chrono::steady_clock;

    struct followed_partition {
        eventstore::log_id log;
        std::int64_t next = 0;  ///< an offset, or one of librdkafka's logical ones
        bool is_assigned = false;
        std::chrono::milliseconds delay{0};  ///< before the next attempt; 0: the last one worked
        clock::time_point due;
    };
    using topic_partitions = std::map<int, followed_partition>;

    void assign_due();
    void put_off(const std::string& topic, topic_partitions&);
    void take(const rd_kafka_message_t&, std::vector<published_event>&);
    void note_error(const rd_kafka_message_t&);

    const settings settings_;
    consumer_handle client_;
    std::map<std::string, topic_partitions> followed_;  // by topic
    std::set<std::string> unreadable_;  // topics; already reported
    std::vector<std::string> troubles_;
    int unanswered_ = 0;  // questions since a broker was heard
    clock::time_point asked_at_;  // or heard
};

}  // namespace annals::kafka
