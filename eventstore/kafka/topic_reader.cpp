// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/topic_reader.hpp>

#include <eventstore/kafka/client.hpp>
#include <eventstore/kafka/message.hpp>

#include <thread>

namespace annals::eventstore::kafka {
namespace {

using namespace std::chrono_literals;

/// Which topic a consumed message is of; librdkafka keeps the names.
auto partition_of(const rd_kafka_message_t& message) -> topic_partition
{
    return {rd_kafka_topic_name(message.rkt), message.partition};
}

void assign(rd_kafka_t& client, const settings& settings, const std::map<topic_partition, watermarks>& wanted)
{
    const partition_list list(rd_kafka_topic_partition_list_new(static_cast<int>(wanted.size())));
    for (const auto& [at, range] : wanted)
        rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition)->offset = range.low;
    if (const auto code = rd_kafka_assign(&client, list.get())) throw_failure(settings, "reading Kafka's topics", code);
}

}  // namespace

auto watermarks_of(rd_kafka_t& client, const settings& settings, const topic_partition& at) -> watermarks
{
    watermarks found;
    const auto ask = [&] {
        return rd_kafka_query_watermark_offsets(&client, at.topic.c_str(), at.partition, &found.low, &found.high,
                                                static_cast<int>(answer_timeout.count()));
    };
    auto code = ask();
    for (auto wait = 10ms; code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION && wait < 1s; wait *= 2) {
        std::this_thread::sleep_for(wait);               // a partition that was just created is not ready yet
        code = ask();
    }
    if (code) throw_failure(settings, "reading the ends of Kafka's topic " + at.topic, code);
    return found;
}

topic_reader::topic_reader(const settings& settings) : settings_(settings)
{
    client_ = make_consumer(make_configuration(settings, {
                                                             {"group.id", "annals"},
                                                             {"enable.auto.commit", "false"},
                                                             {"enable.partition.eof", "true"},
                                                             {"auto.offset.reset", "earliest"},
                                                             {"fetch.wait.max.ms", "10"},
                                                             {"allow.auto.create.topics", "false"},
                                                         }));
}

void topic_reader::read(const std::map<topic_partition, watermarks>& ranges, const on_record& take)
{
    auto left = ranges;
    std::erase_if(left, [](const auto& wanted) { return wanted.second.low >= wanted.second.high; });
    if (left.empty()) return;
    assign(*client_, settings_, left);
    while (!left.empty()) {
        const message_handle message(rd_kafka_consumer_poll(client_.get(), static_cast<int>(answer_timeout.count())));
        if (!message) throw unreachable(settings_);
        if (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
            throw_failure(settings_, "reading Kafka's topics", message->err, rd_kafka_message_errstr(message.get()));
        const auto at = partition_of(*message);
        const auto wanted = left.find(at);
        if (wanted == left.end()) continue;
        const auto end = wanted->second.high;
        const bool is_event = !message->err && message->offset < end;
        if (is_event) take(at, message->offset, to_record(*message));
        if (!is_event || message->offset + 1 == end)
            left.erase(wanted);     // the end may lie behind records that are gone
    }
    assign(*client_, settings_, {});
}

}  // namespace annals::eventstore::kafka
