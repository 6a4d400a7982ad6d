// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/obstacle.hpp>
#include <annals/kafka/settings.hpp>

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

struct rd_kafka_s;

namespace annals::kafka {

/// A topic's setting that works today but may not tomorrow, or that is not as configured.
struct topic_remark {
    bool is_risk = false;                    ///< it can lose records or refuse them
    std::string found, to_do;                ///< for people to read
};

/// What was found out about a category's topic.
struct surveyed_topic {
    std::string category, name;
    bool is_missing = false;
    int partitions = 0;
    std::optional<kafka::obstacle> obstacle;  ///< to publishing
    std::vector<topic_remark> remarks;
    std::set<int> leaderless;                ///< partitions that no broker leads for now
};

/// Looks at the categories' topics and changes nothing. By category. Throws `unavailable` when no broker answers.
auto survey_topics(const settings&, std::span<const eventstore::category>) -> std::vector<surveyed_topic>;
auto survey_topics(rd_kafka_s& client, const settings&, std::span<const eventstore::category>)
    -> std::vector<surveyed_topic>;

}  // namespace annals::kafka
