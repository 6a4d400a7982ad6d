// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/cloud_event.hpp>
#include <eventstore/kafka/handles.hpp>
#include <eventstore/kafka/settings.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
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

    /// Begins to follow a log at an offset, or a little before its topic's end.
    void follow(const log_id&, std::optional<std::int64_t> offset = {});

    /// What has come, at most `events_max`; waits so long for a first one.
    auto poll(std::chrono::milliseconds wait) -> std::vector<published_event>;

    /// Writes down, in the background, how far it has read.
    void commit();

private:
    struct followed_partition {
        log_id log;
        std::int64_t next = 0;  ///< an offset, or one of librdkafka's logical ones
        bool is_gone = false;  ///< its topic has vanished
    };

    void assign();
    void take(const rd_kafka_message_t&, std::vector<published_event>&);
    void note_error(const rd_kafka_message_t&);
    void begin_again_where_gone();

    const settings settings_;
    consumer_handle client_;
    std::map<std::string, std::map<int, followed_partition>> followed_;  // by topic and partition
    bool has_new_ = false;  // not assigned yet
    bool has_gone_ = false;
    std::chrono::steady_clock::time_point begun_again_;
};

}  // namespace annals::eventstore::kafka
