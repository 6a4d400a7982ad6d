// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/topic_survey.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/kafka/topic_settings.hpp>

#include <algorithm>

namespace annals::kafka {

using namespace eventstore;

namespace {

using found_topics = std::map<std::string, found_topic>;

auto describe(const rd_kafka_metadata_topic_t& topic) -> found_topic
{
    found_topic found{topic.partition_cnt, topic.partitions[0].replica_cnt, {}, {}, {}};
    for (const auto& one : std::span(topic.partitions, static_cast<std::size_t>(topic.partition_cnt)))
        if (one.leader < 0) found.leaderless.insert(one.id);
    return found;
}

/// Kafka treats names as the same that differ only in '.' and '_'.
auto as_kafka_compares(std::string name) -> std::string
{
    std::ranges::replace(name, '.', '_');
    return name;
}

/// What exists: the topics in question, and the names of all topics.
struct cluster_topics {
    found_topics wanted;
    std::map<std::string, std::string> names;            ///< as Kafka compares them
};

auto find_topics(rd_kafka_t& client, const settings& settings, const std::set<std::string>& wanted) -> cluster_topics
{
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code = rd_kafka_metadata(&client, 1, nullptr, &answer, static_cast<int>(answer_timeout.count()));
    if (code) throw_failure(client, settings, "listing Kafka's topics", code);
    const metadata_handle metadata(answer);
    cluster_topics found;
    for (const auto& topic : std::span(answer->topics, static_cast<std::size_t>(answer->topic_cnt))) {
        if (topic.err || topic.partition_cnt == 0) continue;
        found.names[as_kafka_compares(topic.topic)] = topic.topic;
        if (wanted.contains(topic.topic)) found.wanted.emplace(topic.topic, describe(topic));
    }
    return found;
}

/// A topic that cannot be created because another has, or will have, a name that Kafka treats as the same.
auto collision(const surveyed_topic& missing, std::map<std::string, std::string>& names) -> std::optional<obstacle>
{
    const auto [other, is_new] = names.emplace(as_kafka_compares(missing.name), missing.name);
    if (is_new) return {};
    return obstacle{"Kafka's topic " + missing.name + " cannot be created next to the topic " + other->second,
                    to_collision};
}

void take_properties(const rd_kafka_ConfigResource_t& resource, found_topic& topic)
{
    if (rd_kafka_ConfigResource_error(&resource)) {
        const auto* why = rd_kafka_ConfigResource_error_string(&resource);
        topic.unreadable = why ? why : "the broker does not say why";
    }
    std::size_t count = 0;
    const auto* entries = rd_kafka_ConfigResource_configs(&resource, &count);
    for (const auto* entry : std::span(entries, count))
        if (const auto* value = rd_kafka_ConfigEntry_value(entry))
            topic.properties[rd_kafka_ConfigEntry_name(entry)] = value;
}

void read_properties(rd_kafka_t& client, const settings& settings, found_topics& topics)
{
    if (topics.empty()) return;
    std::vector<config_resource_handle> resources;
    std::vector<rd_kafka_ConfigResource_t*> asked;
    for (const auto& [name, topic] : topics) {
        resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
        asked.push_back(resources.back().get());
    }
    const queue_handle queue(rd_kafka_queue_new(&client));
    const auto options = admin_options(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(&client, asked.data(), asked.size(), options.get(), queue.get());
    const auto answer = answer_in(client, *queue, settings, "reading the configuration of Kafka's topics");
    std::size_t count = 0;
    const auto* described =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
    for (const auto* resource : std::span(described, count))
        take_properties(*resource, topics.at(rd_kafka_ConfigResource_name(resource)));
}

}  // namespace

auto survey_topics(rd_kafka_s& client, const settings& settings, std::span<const category> categories)
    -> std::vector<surveyed_topic>
{
    std::vector<surveyed_topic> all;
    std::set<std::string> wanted;
    for (const auto& category : categories) {
        auto& one = all.emplace_back();
        one.category = category.name;
        try {
            wanted.insert(one.name = topic_of(settings, category.name));
        } catch (const invalid_request& problem) {
            one.obstacle = {problem.what(), "Choose another topic template: some category's name does not fit it."};
        }
    }
    auto found = find_topics(client, settings, wanted);
    read_properties(client, settings, found.wanted);
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto& one = all[i];
        const auto topic = found.wanted.find(one.name);
        one.is_missing = topic == found.wanted.end();
        if (one.is_missing) {
            if (!one.obstacle) one.obstacle = collision(one, found.names);
            continue;
        }
        one.partitions = topic->second.partitions;
        one.obstacle = obstacle_in(one.name, topic->second, categories[i]);
        one.remarks = remarks_on(one.name, topic->second, settings);
        one.leaderless = topic->second.leaderless;
    }
    return all;
}

auto survey_topics(const settings& settings, std::span<const category> categories) -> std::vector<surveyed_topic>
{
    const auto client = make_client(RD_KAFKA_PRODUCER, make_configuration(settings, {}));
    return survey_topics(*client, settings, categories);
}

}  // namespace annals::kafka
