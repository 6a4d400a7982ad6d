// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/topic.hpp>

#include <eventstore/kafka/client.hpp>

#include <algorithm>
#include <array>
#include <iterator>
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

/// An existing topic as the broker describes it.
struct found_topic {
    int partitions = 0;
    int copies = 0;                                      ///< of its first partition
    std::map<std::string, std::string> properties;       ///< filled by `read_properties`
};

using found_topics = std::map<std::string, found_topic>;

auto find_topics(rd_kafka_t& client, const settings& settings) -> found_topics
{
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code = rd_kafka_metadata(&client, 1, nullptr, &answer, static_cast<int>(answer_timeout.count()));
    if (code) throw_failure(settings, "listing Kafka's topics", code);
    const metadata_handle metadata(answer);
    found_topics found;
    for (const auto& topic : std::span(answer->topics, static_cast<std::size_t>(answer->topic_cnt)))
        if (!topic.err && topic.partition_cnt > 0)
            found[topic.topic] = {topic.partition_cnt, topic.partitions[0].replica_cnt, {}};
    return found;
}

auto retention_ms(const settings& settings) -> std::int64_t
{
    return settings.retention.count() == 0 ? -1 : std::chrono::milliseconds(settings.retention).count();
}

/// Reads how topics are configured.
void read_properties(rd_kafka_t& client, const settings& settings, found_topics& topics)
{
    std::vector<config_resource_handle> resources;
    std::vector<rd_kafka_ConfigResource_t*> asked;
    for (const auto& [name, topic] : topics) {
        resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
        asked.push_back(resources.back().get());
    }
    const queue_handle queue(rd_kafka_queue_new(&client));
    const auto options = admin_options(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(&client, asked.data(), asked.size(), options.get(), queue.get());
    const auto answer = answer_in(*queue, settings, "reading the configuration of Kafka's topics");

    std::size_t count = 0;
    const auto* described =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
    for (const auto* resource : std::span(described, count)) {
        auto& properties = topics.at(rd_kafka_ConfigResource_name(resource)).properties;
        std::size_t entries_count = 0;
        const auto* entries = rd_kafka_ConfigResource_configs(resource, &entries_count);
        for (const auto* entry : std::span(entries, entries_count))
            if (const auto* value = rd_kafka_ConfigEntry_value(entry))
                properties[rd_kafka_ConfigEntry_name(entry)] = value;
    }
}

/// What the broker did not tell, it may not tell to this user: 0.
auto number_of(const found_topic& topic, const std::string& property) -> std::int64_t
{
    const auto found = topic.properties.find(property);
    return found == topic.properties.end() ? 0 : std::stoll(found->second);
}

void check(const std::string& name, const found_topic& found, const category& category)
{
    if (found.partitions != category.partitions)
        throw mismatch("Kafka's topic " + name + " has " + std::to_string(found.partitions)
                       + " partitions, but the category " + category.name + " has "
                       + std::to_string(category.partitions)
                       + " logs, and each log is one partition. Delete the topic (annals fills it again from the log) "
                         "or choose another topic template.");
    if (const auto limit = number_of(found, "max.message.bytes"); limit > 0 && limit < message_bytes_max)
        throw mismatch("Kafka's topic " + name + " takes messages up to " + std::to_string(limit)
                       + " bytes; a legal event may need " + std::to_string(message_bytes_max)
                       + ". Set max.message.bytes=" + std::to_string(message_bytes_max) + " on the topic.");
}

/// In how far a topic that fits is not as this program would have created it.
auto differences_of(const std::string& name, const found_topic& found, const settings& settings)
    -> std::vector<std::string>
{
    std::vector<std::string> differences;
    const auto compare = [&](const std::string& property, std::int64_t is, std::int64_t configured) {
        if (is != 0 && is != configured)
            differences.push_back("the topic " + name + " has " + property + "=" + std::to_string(is)
                                  + ", configured is " + std::to_string(configured));
    };
    compare("retention.ms", number_of(found, "retention.ms"), retention_ms(settings));
    if (settings.min_insync_replicas > 0)
        compare("min.insync.replicas", number_of(found, "min.insync.replicas"), settings.min_insync_replicas);
    if (settings.replication_factor > 0) compare("replication.factor", found.copies, settings.replication_factor);
    return differences;
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

/// Those of the existing topics that are wanted, with their properties; each fits its category.
auto fitting(rd_kafka_t& client, const settings& settings, const topics_by_name& wanted, const found_topics& existing)
    -> found_topics
{
    found_topics found;
    for (const auto& [name, topic] : existing)
        if (wanted.contains(name)) found.emplace(name, topic);
    if (!found.empty()) read_properties(client, settings, found);
    for (const auto& [name, topic] : found) check(name, topic, wanted.at(name));
    return found;
}

auto without(topics_by_name wanted, const found_topics& existing) -> topics_by_name
{
    std::erase_if(wanted, [&](const auto& topic) { return existing.contains(topic.first); });
    return wanted;
}

auto new_topic(const std::string& name, const category& category, const settings& settings) -> new_topic_handle
{
    std::array<char, 256> problem{};
    const int copies = settings.replication_factor > 0 ? settings.replication_factor : -1;
    new_topic_handle topic(
        rd_kafka_NewTopic_new(name.c_str(), category.partitions, copies, problem.data(), problem.size()));
    if (!topic) throw invalid_request("Kafka topic " + name + ": " + problem.data());
    const auto set = [&](const char* property, const std::string& value) {
        rd_kafka_NewTopic_set_config(topic.get(), property, value.c_str());
    };
    set("max.message.bytes", std::to_string(message_bytes_max));
    set("retention.ms", std::to_string(retention_ms(settings)));
    set("cleanup.policy", "delete");
    set("compression.type", "producer");
    if (settings.min_insync_replicas > 0) set("min.insync.replicas", std::to_string(settings.min_insync_replicas));
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

void check_claim(const settings& settings, const std::string& category, const std::string& claimed)
{
    const auto wanted = topic_of(settings, category);
    if (claimed == wanted) return;
    throw mismatch("the category " + category + " is published to Kafka's topic " + claimed
                   + ", but this program's topic template " + settings.topic_template + " gives " + wanted
                   + ". Set the template that gives " + claimed + " (ANNALS_TOPIC, or --set topic=TEMPLATE).");
}

void ensure_topics(rd_kafka_s& client, const settings& settings, std::span<const category> categories)
{
    using namespace std::chrono_literals;
    if (categories.empty()) return;
    const auto wanted = topics_of(settings, categories);
    auto existing = find_topics(client, settings);
    if (const auto missing = without(wanted, existing); !missing.empty()) create(client, settings, missing);
    for (auto wait = 5ms; !without(wanted, existing).empty();
         wait *= 2) {  // brokers learn of a new topic a little later
        if (wait > answer_timeout)
            throw unavailable("Kafka's topic " + without(wanted, existing).begin()->first + " was created, but "
                              + settings.bootstrap_servers + " does not list it");
        std::this_thread::sleep_for(wait);
        existing = find_topics(client, settings);
    }
    fitting(client, settings, wanted, existing);
}

auto survey_topics(const settings& settings, std::span<const category> categories) -> topic_survey
{
    const auto client = make_client(RD_KAFKA_PRODUCER, make_configuration(settings, {}));
    const auto wanted = topics_of(settings, categories);
    const auto existing = find_topics(*client, settings);
    topic_survey found;
    for (const auto& [name, category] : without(wanted, existing)) found.missing.push_back(name);
    for (const auto& [name, topic] : fitting(*client, settings, wanted, existing))
        std::ranges::move(differences_of(name, topic, settings), std::back_inserter(found.differences));
    return found;
}

void ensure_topics(const settings& settings, std::span<const category> categories)
{
    const auto client = make_client(RD_KAFKA_PRODUCER, make_configuration(settings, {}));
    ensure_topics(*client, settings, categories);
}

}  // namespace annals::eventstore::kafka
