// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/cloud_event.hpp>
#include <annals/kafka/handled_offsets.hpp>
#include <annals/kafka/handles.hpp>
#include <annals/kafka/named_topic.hpp>
#include <annals/kafka/settings.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace annals::kafka {

struct consumed_record {
    int partition = 0;
    std::int64_t offset = 0;
    record what;
};

/// Reads a topic together with the other members of a consumer group: each record comes to one of them, and again, to
/// the same or another one, unless it is said to be handled. A killed member's records come to others after six
/// seconds. For one thread, but for `handled`.
class group_reader {
public:
    static constexpr std::size_t records_max = 200;

    /// Throws `invalid_request` for a property that librdkafka refuses. Connects in the background.
    group_reader(const settings&, const std::string& group, named_topic);
    /// Saves what was handled, and leaves the group.
    ~group_reader();
    group_reader(const group_reader&) = delete;
    auto operator=(const group_reader&) -> group_reader& = delete;

    /// Creates the topic if it is missing, and joins the group. Throws `unavailable`, `error`.
    void join();

    /// What has come, at most `records_max`. Waits up to `wait` for a first one. Saves how far records were handled.
    /// Must be called at least every five minutes.
    auto poll(std::chrono::milliseconds wait) -> std::vector<consumed_record>;

    /// This record need not come again. Thread-safe.
    void handled(int partition, std::int64_t offset);

private:
    using clock = std::chrono::steady_clock;

    static void rebalance(rd_kafka_t*, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*, void* self);
    void save(bool waits);

    const settings settings_;
    const named_topic topic_;
    std::mutex mutex_;  // guards the next
    std::map<int, handled_offsets> offsets_;  ///< of the partitions that it reads
    std::map<int, std::int64_t> saved_;
    clock::time_point saved_at_;
    consumer_handle client_;
};

}  // namespace annals::kafka
