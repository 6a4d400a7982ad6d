// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>

#include <chrono>
#include <map>
#include <string>

namespace annals::kafka {

/// Where the broker is, what topics are called and how the publisher creates them.
struct settings {
    std::string bootstrap_servers = {};                   ///< host:port, several joined by `,`
    std::map<std::string, std::string> properties = {};   ///< passed to librdkafka; they override annals' own

    std::string topic_template = "{category}.events";     ///< `{category}` stands for the category's name
    std::chrono::hours retention = std::chrono::days{7};    ///< 0: for ever
    int replication_factor = 0;                           ///< 0: the broker's default
    int min_insync_replicas = 0;                          ///< 0: the broker's default
    std::string compression = "lz4";                      ///< of published records

    std::string source = "annals";                        ///< `ce_source` is this, `/` and the category
    eventstore::log_position republish_from{1};                       ///< where to restart when a topic was replaced
};

/// The largest record that clients and topics must allow: a payload and metadata at their limits, with some reserve.
inline constexpr int message_bytes_max = 2 << 20;

}  // namespace annals::kafka
