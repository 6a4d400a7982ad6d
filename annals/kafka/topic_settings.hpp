// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/topic_survey.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Whether a log can be published to a topic with these settings. For the folder's own .cpp files.
namespace annals::kafka {

/// An existing topic as the broker describes it.
struct found_topic {
    int partitions = 0;
    int copies = 0;                                      ///< of its first partition
    std::set<int> leaderless;
    std::map<std::string, std::string> properties;       ///< those that this user may see
    std::string unreadable;                              ///< why there are none

    /// Nothing when it is unknown or not a number.
    auto number(std::string_view property) const -> std::optional<std::int64_t>;
    auto text(std::string_view property) const -> std::string;
};

/// What to do about names that collide.
inline constexpr auto to_collision =
    "Kafka treats '.' and '_' in topic names as the same, so only one of the two topics can exist: delete the "
    "other topic if nobody needs it, or use a category of another name.";

/// `retention.ms` as configured: -1 is for ever.
auto retention_ms(const settings&) -> std::int64_t;

/// Why the category must not be published there.
auto obstacle_in(const std::string& topic, const found_topic&, const eventstore::category&) -> std::optional<obstacle>;

/// What people should know although it is published there.
auto remarks_on(const std::string& topic, const found_topic&, const settings&) -> std::vector<topic_remark>;

}  // namespace annals::kafka
