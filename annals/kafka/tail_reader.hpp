// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/cloud_event.hpp>
#include <annals/kafka/handles.hpp>
#include <annals/kafka/named_topic.hpp>
#include <annals/kafka/settings.hpp>

#include <chrono>
#include <vector>

namespace annals::kafka {

/// Reads all that comes into a topic from a moment on: all its partitions, without a group. For one thread.
class tail_reader {
public:
    static constexpr std::size_t records_max = 1000;

    /// Throws `invalid_request` for a property that librdkafka refuses. Connects in the background.
    tail_reader(const settings&, named_topic);

    /// Creates the topic if it is missing, and goes to its end. Each record that is acknowledged after this has
    /// returned is read. Throws `unavailable`, `error`.
    void go_to_end();
    /// False before that, and after the topic vanished.
    auto is_placed() const -> bool { return partitions_ > 0; }

    /// What has come, at most `records_max`. Waits up to `wait` for a first one. While no broker answers there is
    /// nothing; it goes on where it was. Partitions that are added are found within ten seconds and read from their
    /// beginning.
    auto poll(std::chrono::milliseconds wait) -> std::vector<record>;

private:
    using clock = std::chrono::steady_clock;

    void look_for_partitions();
    void assign(int from, int to, const std::vector<std::int64_t>& offsets);

    const settings settings_;
    const named_topic topic_;
    int partitions_ = 0;  ///< that it reads; 0: it is not placed
    clock::time_point looked_at_;
    consumer_handle client_;
};

}  // namespace annals::kafka
