// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/handles.hpp>
#include <annals/kafka/settings.hpp>

#include <chrono>
#include <string>

namespace annals::kafka {

/// A topic that is not a category's, and what it gets if it is missing.
struct named_topic {
    std::string name;
    int partitions = 1;
    std::chrono::hours retention = std::chrono::days{7};
};

/// How many partitions it has; 0: it does not exist. Throws `unavailable`.
auto partitions_of(rd_kafka_t& client, const settings&, const std::string& topic) -> int;

/// The same, and creates it if it is missing. One that exists is left as it is, whatever it has. Throws `unavailable`,
/// and `error` when the broker does not allow it.
auto ensure_topic(rd_kafka_t& client, const settings&, const named_topic&) -> int;

}  // namespace annals::kafka
