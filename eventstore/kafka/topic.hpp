// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/settings.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

struct rd_kafka_s;

namespace annals::eventstore::kafka {

/// Throws `invalid_request` when the template has no `{category}` or gives what Kafka does not take as a name.
auto topic_of(const settings&, std::string_view category) -> std::string;

/// A category belongs to the topic that it was first published to; nobody begins or follows another one by mistake.
/// Throws `mismatch` when `claimed` is not what the template gives.
void check_claim(const settings&, const std::string& category, const std::string& claimed);

/// Makes sure that the categories' topics are there, each with exactly the category's partitions: partition n of
/// the topic is the log `category/n`. Missing ones are created. Throws `mismatch` when one has another number of
/// partitions or takes smaller messages than annals' limit, `unavailable` when no broker answers.
void ensure_topics(rd_kafka_s& client, const settings&, std::span<const category>);
void ensure_topics(const settings&, std::span<const category>);

/// What is not as the settings have it, although it works.
struct topic_survey {
    std::vector<std::string> missing;        ///< topics that are not there yet
    std::vector<std::string> differences;    ///< for people: a topic's retention or copies; topics are never changed
};

/// Looks at the categories' topics and changes nothing. Throws as `ensure_topics` for one that does not fit.
auto survey_topics(const settings&, std::span<const category>) -> topic_survey;

}  // namespace annals::eventstore::kafka
