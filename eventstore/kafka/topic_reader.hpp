// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/cloud_event.hpp>
#include <eventstore/kafka/handles.hpp>
#include <eventstore/kafka/settings.hpp>

#include <compare>
#include <functional>
#include <map>
#include <string>

namespace annals::eventstore::kafka {

struct topic_partition {
    std::string topic;
    int partition = 0;

    auto operator<=>(const topic_partition&) const = default;
};

/// The offsets that a partition holds: from `low` up to below `high`.
struct watermarks {
    std::int64_t low = 0;
    std::int64_t high = 0;
};

/// Asks the broker. Throws `unavailable`.
auto watermarks_of(rd_kafka_t& client, const settings&, const topic_partition&) -> watermarks;

/// Reads what partitions hold now, without a group. For one thread.
class topic_reader {
public:
    using on_record = std::function<void(const topic_partition&, std::int64_t offset, record)>;

    explicit topic_reader(const settings&);

    auto client() -> rd_kafka_t& { return *client_; }

    /// Everything of several partitions from `low` up to below `high`, each in order.
    /// Throws `unavailable` when the broker falls silent.
    void read(const std::map<topic_partition, watermarks>&, const on_record&);

private:
    const settings settings_;
    consumer_handle client_;
};

}  // namespace annals::eventstore::kafka
