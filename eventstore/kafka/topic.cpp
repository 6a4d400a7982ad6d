// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/topic.hpp>

#include <eventstore/kafka/client.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <thread>
#include <vector>

namespace annals::eventstore::kafka {
namespace {

constexpr std::string_view category_mark = "{category}";
constexpr std::size_t topic_name_bytes_max = 249;        // org.apache.kafka.common.internals.Topic

auto is_topic_name(std::string_view name) -> bool
{
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !name.empty() && name.size() <= topic_name_bytes_max && name != "." && name != ".."
           && name.find_first_not_of(allowed) == std::string_view::npos;
}

/// An existing topic as the broker describes it; `partitions` is 0 when there is none.
struct found_topic {
    int partitions = 0;
    int message_bytes_max = 0;
};

auto partitions_of(rd_kafka_t& client, const settings& settings) -> std::map<std::string, int>
{
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code = rd_kafka_metadata(&client, 1, nullptr, &answer, static_cast<int>(answer_timeout.count()));
    if (code) throw_failure(settings, "listing Kafka's topics", code);
    const metadata_handle metadata(answer);
    std::map<std::string, int> partitions;
    for (const auto& topic : std::span(answer->topics, static_cast<std::size_t>(answer->topic_cnt)))
        if (!topic.err) partitions[topic.topic] = topic.partition_cnt;
    return partitions;
}

auto admin_options(rd_kafka_t& client, rd_kafka_admin_op_t operation) -> admin_options_handle
{
    admin_options_handle options(rd_kafka_AdminOptions_new(&client, operation));
    std::array<char, 256> problem{};
    rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(answer_timeout.count()), problem.data(),
                                              problem.size());
    return options;
}

/// Waits for the one answer that an administrative call puts into its queue.
auto answer_in(rd_kafka_queue_t& queue, const settings& settings, std::string_view tried) -> event_handle
{
    event_handle answer(rd_kafka_queue_poll(&queue, static_cast<int>(2 * answer_timeout.count())));
    if (!answer) throw unreachable(settings);
    if (const auto code = rd_kafka_event_error(answer.get()))
        throw_failure(settings, tried, code, rd_kafka_event_error_string(answer.get()));
    return answer;
}

/// The `max.message.bytes` of existing topics.
auto message_limits(rd_kafka_t& client, const settings& settings, const std::vector<std::string>& topics)
    -> std::map<std::string, int>
{
    std::vector<config_resource_handle> resources;
    std::vector<rd_kafka_ConfigResource_t*> asked;
    for (const auto& topic : topics) {
        resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
        asked.push_back(resources.back().get());
    }
    const queue_handle queue(rd_kafka_queue_new(&client));
    const auto options = admin_options(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(&client, asked.data(), asked.size(), options.get(), queue.get());
    const auto answer = answer_in(*queue, settings, "reading the configuration of Kafka's topics");

    std::map<std::string, int> limits;
    std::size_t count = 0;
    const auto* described =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
    for (const auto* resource : std::span(described, count)) {
        std::size_t entries_count = 0;
        const auto* entries = rd_kafka_ConfigResource_configs(resource, &entries_count);
        for (const auto* entry : std::span(entries, entries_count))
            if (rd_kafka_ConfigEntry_name(entry) == std::string_view("max.message.bytes"))
                limits[rd_kafka_ConfigResource_name(resource)] = std::stoi(rd_kafka_ConfigEntry_value(entry));
    }
    return limits;
}

void check(const std::string& topic, const found_topic& found, const category& category)
{
    if (found.partitions != category.partitions)
        throw mismatch("Kafka's topic " + topic + " has " + std::to_string(found.partitions)
                       + " partitions, but the category " + category.name + " has "
                       + std::to_string(category.partitions)
                       + " logs, and each log is one partition. Delete the topic (annals fills it again from the log) "
                         "or choose another topic template.");
    if (found.message_bytes_max < message_bytes_max)
        throw mismatch("Kafka's topic " + topic + " takes messages up to " + std::to_string(found.message_bytes_max)
                       + " bytes; a legal event may need " + std::to_string(message_bytes_max)
                       + ". Set max.message.bytes=" + std::to_string(message_bytes_max) + " on the topic.");
}

void check_existing(rd_kafka_t& client, const settings& settings, const std::map<std::string, category>& wanted,
                    const std::map<std::string, int>& partitions)
{
    std::vector<std::string> topics;
    for (const auto& [topic, category] : wanted) topics.push_back(topic);
    const auto limits = message_limits(client, settings, topics);
    for (const auto& [topic, category] : wanted)
        if (const auto limit = limits.find(topic); limit != limits.end())
            check(topic, {partitions.at(topic), limit->second}, category);
}

using topics_by_name = std::map<std::string, category>;

auto topics_of(const settings& settings, std::span<const category> categories) -> topics_by_name
{
    topics_by_name wanted;
    for (const auto& category : categories) {
        const auto [other, is_new] = wanted.emplace(topic_of(settings, category.name), category);
        if (!is_new)
            throw invalid_request("the categories " + other->second.name + " and " + category.name
                                  + " would share the Kafka topic " + other->first);
    }
    return wanted;
}

auto without(topics_by_name wanted, const std::map<std::string, int>& existing) -> topics_by_name
{
    std::erase_if(wanted, [&](const auto& topic) { return existing.contains(topic.first); });
    return wanted;
}

auto new_topic(const std::string& name, const category& category, const settings& settings) -> new_topic_handle
{
    std::array<char, 256> problem{};
    new_topic_handle topic(rd_kafka_NewTopic_new(name.c_str(), category.partitions, settings.replication_factor,
                                                 problem.data(), problem.size()));
    if (!topic) throw invalid_request("Kafka topic " + name + ": " + problem.data());
    const auto limit = std::to_string(message_bytes_max), retention = std::to_string(settings.retention.count());
    rd_kafka_NewTopic_set_config(topic.get(), "max.message.bytes", limit.c_str());
    rd_kafka_NewTopic_set_config(topic.get(), "retention.ms", retention.c_str());
    rd_kafka_NewTopic_set_config(topic.get(), "cleanup.policy", "delete");
    rd_kafka_NewTopic_set_config(topic.get(), "compression.type", "producer");
    return topic;
}

void create(rd_kafka_t& client, const settings& settings, const std::map<std::string, category>& missing)
{
    std::vector<new_topic_handle> topics;
    std::vector<rd_kafka_NewTopic_t*> asked;
    for (const auto& [name, category] : missing) {
        topics.push_back(new_topic(name, category, settings));
        asked.push_back(topics.back().get());
    }
    const queue_handle queue(rd_kafka_queue_new(&client));
    const auto options = admin_options(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_CreateTopics(&client, asked.data(), asked.size(), options.get(), queue.get());
    const auto answer = answer_in(*queue, settings, "creating Kafka's topics");

    std::size_t count = 0;
    const auto* results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
    for (const auto* result : std::span(results, count)) {
        const auto code = rd_kafka_topic_result_error(result);
        const auto* detail = rd_kafka_topic_result_error_string(result);
        if (code && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)         // another publisher was faster
            throw_failure(settings, std::string("creating Kafka's topic ") + rd_kafka_topic_result_name(result), code,
                          detail ? detail : "");
    }
}

}  // namespace

auto topic_of(const settings& settings, std::string_view category) -> std::string
{
    auto name = settings.topic_template;
    const auto mark = name.find(category_mark);
    if (mark == std::string::npos)
        throw invalid_request("the topic template \"" + name
                              + "\" does not hold {category}: every topic would be the same");
    name.replace(mark, category_mark.size(), category);
    if (!is_topic_name(name))
        throw invalid_request("\"" + name
                              + "\" cannot be a Kafka topic: up to 249 letters, digits, '.', '_' and '-' can");
    return name;
}

void ensure_topics(rd_kafka_s& client, const settings& settings, std::span<const category> categories)
{
    using namespace std::chrono_literals;
    if (categories.empty()) return;
    const auto wanted = topics_of(settings, categories);
    auto partitions = partitions_of(client, settings);
    if (const auto missing = without(wanted, partitions); !missing.empty()) create(client, settings, missing);
    for (auto wait = 5ms; !without(wanted, partitions).empty();
         wait *= 2) {  // brokers learn of a new topic a little later
        if (wait > answer_timeout)
            throw unavailable("Kafka's topic " + without(wanted, partitions).begin()->first + " was created, but "
                              + settings.bootstrap_servers + " does not list it");
        std::this_thread::sleep_for(wait);
        partitions = partitions_of(client, settings);
    }
    check_existing(client, settings, wanted, partitions);
}

auto missing_topics(const settings& settings, std::span<const category> categories) -> std::vector<std::string>
{
    const auto client = make_client(RD_KAFKA_PRODUCER, make_configuration(settings, {}));
    const auto existing = partitions_of(*client, settings);
    auto found = topics_of(settings, categories);
    std::vector<std::string> missing;
    for (const auto& [topic, category] : without(found, existing)) missing.push_back(topic);
    for (const auto& topic : missing) found.erase(topic);
    if (!found.empty()) check_existing(*client, settings, found, existing);
    return missing;
}

void ensure_topics(const settings& settings, std::span<const category> categories)
{
    const auto client = make_client(RD_KAFKA_PRODUCER, make_configuration(settings, {}));
    ensure_topics(*client, settings, categories);
}

}  // namespace annals::eventstore::kafka
