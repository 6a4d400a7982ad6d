// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/topic_survey.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a topic's settings mean for a log that is published there. For the folder's own .cpp files.
namespace annals::eventstore::kafka {

/// An existing topic as the broker describes it.
struct found_topic {
    int partitions = 0;
    int copies = 0;                                      ///< of its first partition
    std::set<int> leaderless;
    std::map<std::string, std::string> properties;       ///< what this user may see of them
    std::string unreadable;                              ///< why there are none

    /// Nothing when it is not known, or no number.
    auto number(std::string_view property) const -> std::optional<std::int64_t>;
    auto text(std::string_view property) const -> std::string;
};

/// What to do about names that collide.
inline constexpr auto to_collision =
    "Kafka takes '.' and '_' in the names of topics for the same, so that only one of the two can be there: delete the "
    "other topic if nobody needs it, or use a category of another name.";

/// `retention.ms` as configured: -1 is for ever.
auto retention_ms(const settings&) -> std::int64_t;

/// What makes it wrong to publish the category there.
auto obstacle_in(const std::string& topic, const found_topic&, const category&) -> std::optional<obstacle>;

/// What should be known although it is published there.
auto remarks_on(const std::string& topic, const found_topic&, const settings&) -> std::vector<topic_remark>;

}  // namespace annals::eventstore::kafka
