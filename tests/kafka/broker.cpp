// SPDX-License-Identifier: Apache-2.0
#include <tests/kafka/broker.hpp>

#include <annals/eventstore/uuid.hpp>
#include <annals/kafka/client.hpp>

#include <array>
#include <cstdlib>
#include <stdexcept>

using namespace annals::kafka;

namespace annals::tests {
namespace {

void require(rd_kafka_resp_err_t code, const std::string& what)
{
    if (code) throw std::runtime_error(what + ": " + rd_kafka_err2str(code));
}

auto producer(const settings& settings)
{
    return make_client(RD_KAFKA_PRODUCER, make_configuration(settings, {{"allow.auto.create.topics", "false"}}));
}

auto answer_in(rd_kafka_queue_t& queue, const std::string& what) -> event_handle
{
    event_handle answer(rd_kafka_queue_poll(&queue, 10000));
    if (!answer) throw std::runtime_error(what + ": no answer");
    require(rd_kafka_event_error(answer.get()), what);
    return answer;
}

auto record_of(const rd_kafka_message_t& message) -> record
{
    record record{{static_cast<const char*>(message.key), message.key_len},
                  {static_cast<const char*>(message.payload), message.len},
                  {}};
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers)) return record;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); ++i)
        record.headers.push_back({name, {static_cast<const char*>(value), size}});
    return record;
}

}  // namespace

auto broker_settings() -> settings
{
    const char* servers = std::getenv("ANNALS_KAFKA_BOOTSTRAP_SERVERS");
    if (!servers) throw std::runtime_error("ANNALS_KAFKA_BOOTSTRAP_SERVERS is not set: run ./dev test");
    settings settings;
    settings.bootstrap_servers = servers;
    settings.topic_template = "test-" + eventstore::to_string(eventstore::new_uuid()) + ".{category}";
    return settings;
}

void create_topic(const settings& settings, const manual_topic& wanted)
{
    const auto client = producer(settings);
    const new_topic_handle topic(rd_kafka_NewTopic_new(wanted.name.c_str(), wanted.partitions, 1, nullptr, 0));
    rd_kafka_NewTopic_set_config(topic.get(), "max.message.bytes", std::to_string(wanted.message_bytes_max).c_str());
    for (const auto& [name, value] : wanted.properties)
        rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
    const queue_handle queue(rd_kafka_queue_new(client.get()));
    auto* asked = topic.get();
    rd_kafka_CreateTopics(client.get(), &asked, 1, nullptr, queue.get());
    answer_in(*queue, "creating " + wanted.name);
    while (partitions_of(settings, wanted.name) != wanted.partitions) {}
}

void delete_topic(const settings& settings, const std::string& topic)
{
    const auto client = producer(settings);
    auto* asked = rd_kafka_DeleteTopic_new(topic.c_str());
    const queue_handle queue(rd_kafka_queue_new(client.get()));
    rd_kafka_DeleteTopics(client.get(), &asked, 1, nullptr, queue.get());
    rd_kafka_DeleteTopic_destroy(asked);
    answer_in(*queue, "deleting " + topic);
}

auto partitions_of(const settings& settings, const std::string& topic) -> int
{
    const auto client = producer(settings);
    const rd_kafka_metadata_t* answer = nullptr;
    require(rd_kafka_metadata(client.get(), 1, nullptr, &answer, 10000), "metadata");
    const metadata_handle metadata(answer);
    for (int i = 0; i < metadata->topic_cnt; ++i)
        if (metadata->topics[i].topic == topic) return metadata->topics[i].partition_cnt;
    return 0;
}

auto topic_property(const settings& settings, const std::string& topic, const std::string& name) -> std::string
{
    const auto client = producer(settings);
    const config_resource_handle resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    const queue_handle queue(rd_kafka_queue_new(client.get()));
    auto* asked = resource.get();
    rd_kafka_DescribeConfigs(client.get(), &asked, 1, nullptr, queue.get());
    const auto answer = answer_in(*queue, "describing " + topic);
    std::size_t count = 0;
    const auto* described =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
    const auto* entries = rd_kafka_ConfigResource_configs(*described, &count);
    for (std::size_t i = 0; i < count; ++i)
        if (rd_kafka_ConfigEntry_name(entries[i]) == name) return rd_kafka_ConfigEntry_value(entries[i]);
    return "(missing)";
}

void set_topic_properties(const settings& settings, const std::string& topic,
                          const std::map<std::string, std::string>& properties)
{
    const auto client = producer(settings);
    const config_resource_handle resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    for (const auto& [name, value] : properties)
        require(rd_kafka_ConfigResource_set_config(resource.get(), name.c_str(), value.c_str()), "setting " + name);
    const queue_handle queue(rd_kafka_queue_new(client.get()));
    auto* asked = resource.get();
    rd_kafka_AlterConfigs(client.get(), &asked, 1, nullptr, queue.get());
    answer_in(*queue, "altering " + topic);
}

void deny_writing(const settings& settings, const std::string& topic)
{
    const auto client = producer(settings);
    auto* denied =
        rd_kafka_AclBinding_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:*",
                                "*", RD_KAFKA_ACL_OPERATION_WRITE, RD_KAFKA_ACL_PERMISSION_TYPE_DENY, nullptr, 0);
    // With any rule for a topic, the rest must be allowed explicitly.
    auto* allowed =
        rd_kafka_AclBinding_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:*",
                                "*", RD_KAFKA_ACL_OPERATION_ALL, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, nullptr, 0);
    rd_kafka_AclBinding_t* both[] = {denied, allowed};
    const queue_handle queue(rd_kafka_queue_new(client.get()));
    rd_kafka_CreateAcls(client.get(), both, 2, nullptr, queue.get());
    rd_kafka_AclBinding_destroy_array(both, 2);
    answer_in(*queue, "denying " + topic);
}

void allow_writing(const settings& settings, const std::string& topic)
{
    const auto client = producer(settings);
    auto* all = rd_kafka_AclBindingFilter_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL,
                                              nullptr, nullptr, RD_KAFKA_ACL_OPERATION_ANY,
                                              RD_KAFKA_ACL_PERMISSION_TYPE_ANY, nullptr, 0);
    const queue_handle queue(rd_kafka_queue_new(client.get()));
    rd_kafka_DeleteAcls(client.get(), &all, 1, nullptr, queue.get());
    rd_kafka_AclBinding_destroy(all);
    answer_in(*queue, "allowing " + topic);
}

void write_record(const settings& settings, const std::string& topic, int partition, const record& record)
{
    const auto client = producer(settings);
    auto* headers = rd_kafka_headers_new(record.headers.size());
    for (const auto& [name, value] : record.headers)
        rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                            static_cast<ssize_t>(value.size()));
    require(rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
                              RD_KAFKA_V_KEY(record.key.data(), record.key.size()),
                              RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
                              RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
            "writing to " + topic);
    require(rd_kafka_flush(client.get(), 10000), "flushing to " + topic);
}

auto read_partition(const settings& settings, const std::string& topic, int partition) -> std::vector<record>
{
    auto configuration = make_configuration(
        settings, {{"group.id", "tests"}, {"enable.auto.commit", "false"}, {"auto.offset.reset", "earliest"}});
    const auto client = make_client(RD_KAFKA_CONSUMER, std::move(configuration));
    std::int64_t low = 0, high = 0;
    require(rd_kafka_query_watermark_offsets(client.get(), topic.c_str(), partition, &low, &high, 10000), "watermarks");
    const partition_list assigned(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(assigned.get(), topic.c_str(), partition)->offset = low;
    require(rd_kafka_assign(client.get(), assigned.get()), "assigning");
    std::vector<record> records;
    while (low < high) {
        const message_handle message(rd_kafka_consumer_poll(client.get(), 10000));
        if (!message) throw std::runtime_error("reading " + topic + ": nothing came");
        require(message->err, "reading " + topic);
        records.push_back(record_of(*message));
        low = message->offset + 1;
    }
    rd_kafka_consumer_close(client.get());
    return records;
}

}  // namespace annals::tests
