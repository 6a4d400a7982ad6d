// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/topic_creation.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/kafka/topic_settings.hpp>

#include <array>

namespace annals::kafka {

using namespace eventstore;

namespace {

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

auto remedy_for(rd_kafka_resp_err_t code) -> std::string
{
    switch (code) {
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION: return to_collision;
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            return "Allow this user to create it, or create it with Kafka's own tools.";
        case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR: return "Lower topic_replication_factor, or add brokers.";
        default: return "It is tried again; if that does not help, create it with Kafka's own tools.";
    }
}

}  // namespace

auto create_topics(rd_kafka_t& client, const settings& settings, std::span<const category> categories) -> obstacles
{
    if (categories.empty()) return {};
    std::map<std::string, std::string> category_of;
    std::vector<new_topic_handle> topics;
    std::vector<rd_kafka_NewTopic_t*> asked;
    for (const auto& category : categories) {
        const auto name = topic_of(settings, category.name);
        category_of[name] = category.name;
        topics.push_back(new_topic(name, category, settings));
        asked.push_back(topics.back().get());
    }
    const queue_handle queue(rd_kafka_queue_new(&client));
    const auto options = admin_options(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_CreateTopics(&client, asked.data(), asked.size(), options.get(), queue.get());
    const auto answer = answer_in(client, *queue, settings, "creating Kafka's topics");

    obstacles refused;
    std::size_t count = 0;
    const auto* results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
    for (const auto* result : std::span(results, count)) {
        const auto code = rd_kafka_topic_result_error(result);
        if (!code || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;  // another publisher was faster
        const auto* detail = rd_kafka_topic_result_error_string(result);
        const std::string name = rd_kafka_topic_result_name(result);
        refused[category_of.at(name)] = {"creating Kafka's topic " + name + " at " + settings.bootstrap_servers + ": "
                                             + (detail ? detail : rd_kafka_err2str(code)),
                                         remedy_for(code)};
    }
    return refused;
}

}  // namespace annals::kafka
