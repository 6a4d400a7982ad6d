// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/cloud_event.hpp>
#include <eventstore/kafka/handles.hpp>
#include <eventstore/kafka/settings.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace annals::eventstore::kafka {

/// Follows the topics of logs: chosen partitions, from chosen offsets, without sharing them out in a group. The group's
/// name only serves to write down offsets that Kafka's own tools show. For one thread.
///
/// What comes is what the topics hold: with repetitions and holes, not at all while there is no broker or no topic,
/// from the beginning again when a topic was replaced. Records that are not events of annals are left out.
class consumer {
public:
    static constexpr std::size_t events_max = 1000;

    /// Throws `invalid_request` for a property that librdkafka refuses. Connects in the background.
    consumer(const settings&, const std::string& group);

    /// Begins to follow a log at an offset, or a little before its topic's end. One whose topic is not there, or
    /// vanishes, is tried again after 1 to 10 seconds; the others are not disturbed by that.
    void follow(const log_id&, std::optional<std::int64_t> offset = {});

    /// What has come, at most `events_max`; waits so long for a first one.
    auto poll(std::chrono::milliseconds wait) -> std::vector<published_event>;

    /// Writes down, in the background, how far it has read.
    void commit();

    /// What came to light since this was last asked: topics that this user may not read, say. For people, said once.
    auto take_troubles() -> std::vector<std::string> { return std::exchange(troubles_, {}); }
    /// Whether no broker has been reached since one was lost. Asks now and then, which takes half a second at most.
    auto is_cut_off() -> bool;

private:
    using clock = std::chrono::steady_clock;

    struct followed_partition {
        log_id log;
        std::int64_t next = 0;  ///< an offset, or one of librdkafka's logical ones
        bool is_assigned = false;
        std::chrono::milliseconds delay{0};  ///< before the next attempt; 0: it came to something
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
    std::set<std::string> unreadable_;  // topics; said already
    std::vector<std::string> troubles_;
    bool is_cut_off_ = false;
    clock::time_point asked_at_;
};

}  // namespace annals::eventstore::kafka
