// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/cloud_event.hpp>
#include <annals/kafka/handles.hpp>
#include <annals/kafka/settings.hpp>

#include <chrono>
#include <compare>
#include <expected>
#include <functional>
#include <map>
#include <string>

namespace annals::kafka {

struct topic_partition {
    std::string topic;
    int partition = 0;

    auto operator<=>(const topic_partition&) const = default;
};

/// The offsets that a partition holds: from `low` up to, but not including, `high`.
struct watermarks {
    std::int64_t low = 0;
    std::int64_t high = 0;
};

/// Asks the broker. Throws `unavailable`, or `error` when it refuses to answer.
auto watermarks_of(rd_kafka_t& client, const settings&, const topic_partition&) -> watermarks;

/// Why a partition has no watermarks: librdkafka's code, and a text.
struct no_watermarks {
    int code = 0;
    std::string reason;

    auto is_missing() const -> bool;         ///< the broker has no such topic or partition
};

/// The same; throws `unavailable` only when no broker answers at all.
auto find_watermarks(rd_kafka_t& client, const settings&, const topic_partition&, std::chrono::milliseconds patience)
    -> std::expected<watermarks, no_watermarks>;

/// Reads what partitions hold now, without a group. For one thread.
class topic_reader {
public:
    using on_record = std::function<void(const topic_partition&, std::int64_t offset, record)>;

    explicit topic_reader(const settings&);

    auto client() -> rd_kafka_t& { return *client_; }

    /// Why a partition could not be read to its end.
    using failures = std::map<topic_partition, std::string>;

    /// All records of several partitions from `low` up to, but not including, `high`, each partition in order.
    /// Throws `unavailable` when a partition cannot be read.
    void read(const std::map<topic_partition, watermarks>&, const on_record&);
    /// The same, but returns which ones could not be read. Throws `unavailable` when no broker answers.
    auto try_to_read(const std::map<topic_partition, watermarks>&, const on_record&) -> failures;

private:
    static void note_failure(const rd_kafka_message_t&, std::map<topic_partition, watermarks>& left, failures&);

    const settings settings_;
    consumer_handle client_;
};

}  // namespace annals::kafka
