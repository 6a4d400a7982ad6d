// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/named_topic.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/topic_creation.hpp>

#include <thread>

namespace annals::kafka {

auto partitions_of(rd_kafka_t& client, const settings& settings, const std::string& topic) -> int
{
    const topic_handle asked(rd_kafka_topic_new(&client, topic.c_str(), nullptr));
    if (!asked) throw eventstore::invalid_request("\"" + topic + "\" cannot be a Kafka topic");
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code = rd_kafka_metadata(&client, 0, asked.get(), &answer, static_cast<int>(answer_timeout.count()));
    const metadata_handle metadata(answer);
    if (code) throw_failure(client, settings, "looking for Kafka's topic " + topic, code);
    if (metadata->topic_cnt == 0 || metadata->topics[0].err) return 0;
    return metadata->topics[0].partition_cnt;
}

auto ensure_topic(rd_kafka_t& client, const settings& given, const named_topic& wanted) -> int
{
    using namespace std::chrono_literals;
    if (const int partitions = partitions_of(client, given, wanted.name)) return partitions;
    auto settings = given;
    settings.topic_template = "{category}";
    settings.retention = wanted.retention;
    const eventstore::category topic{wanted.name, wanted.partitions};
    for (const auto& [name, why] : create_topics(client, settings, std::span(&topic, 1)))
        throw eventstore::error(why.reason + ". " + why.to_do);
    for (auto wait = 5ms; wait < answer_timeout; wait *= 2) {  // brokers learn of it a little later
        if (const int partitions = partitions_of(client, given, wanted.name)) return partitions;
        std::this_thread::sleep_for(wait);
    }
    throw eventstore::unavailable("Kafka's topic " + wanted.name + " was created, but " + given.bootstrap_servers
                                  + " does not list it");
}

}  // namespace annals::kafka
