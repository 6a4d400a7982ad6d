// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/kafka/obstacle.hpp>
#include <annals/kafka/settings.hpp>

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

struct rd_kafka_s;

namespace annals::kafka {

/// Throws `invalid_request` when the template has no `{category}` or gives a name that Kafka does not accept.
auto topic_of(const settings&, std::string_view category) -> std::string;

/// The same; nothing where the name cannot be that of a topic.
auto find_topic_of(const settings&, std::string_view category) -> std::optional<std::string>;

/// Checks settings before anything is started: a property that librdkafka refuses, a file that it cannot read, a
/// template that gives no topic name for any category. Throws `invalid_request`.
void check_settings(const settings&);

/// A category keeps the topic that it was first published to (`claimed`), so that nobody fills or follows another one
/// by mistake. Nothing when the template gives that topic.
auto claim_obstacle(const settings&, const std::string& category, const std::string& claimed)
    -> std::optional<obstacle>;

/// The categories and partitions that cannot be published to.
struct unready_topics {
    kafka::obstacles obstacles;                          ///< by category: the topic is missing or does not fit
    std::map<std::string, std::set<int>> leaderless;     ///< by category: partitions without a leader for now
};

/// Makes sure that the categories' topics exist, each with exactly the category's partitions: partition n of the
/// topic is the log `category/n`. Creates missing ones. Returns the categories for which this failed, or whose topic
/// would refuse or lose records; the others are not affected. Throws `unavailable` when no broker answers.
auto prepare_topics(rd_kafka_s& client, const settings&, std::span<const eventstore::category>) -> unready_topics;

/// The same for all or none: throws `mismatch` with the first obstacle.
void ensure_topics(const settings&, std::span<const eventstore::category>);

}  // namespace annals::kafka
