// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/topic_reader.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/message.hpp>

#include <thread>

namespace annals::kafka {

using namespace eventstore;

namespace {

using namespace std::chrono_literals;

/// The topic of a consumed message; librdkafka keeps the names.
auto partition_of(const rd_kafka_message_t& message) -> topic_partition
{
    return {rd_kafka_topic_name(message.rkt), message.partition};
}

void assign(rd_kafka_t& client, const settings& settings, const std::map<topic_partition, watermarks>& wanted)
{
    const partition_list list(rd_kafka_topic_partition_list_new(static_cast<int>(wanted.size())));
    for (const auto& [at, range] : wanted)
        rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition)->offset = range.low;
    if (const auto code = rd_kafka_assign(&client, list.get()))
        throw_failure(client, settings, "reading Kafka's topics", code);
}

/// `which`: RD_KAFKA_OFFSET_BEGINNING or RD_KAFKA_OFFSET_END. rd_kafka_query_watermark_offsets asks for both at once,
/// but before 2.3 waits a minute for a silent broker, whatever its timeout (librdkafka's issue 2588).
auto ask_for_offset(rd_kafka_t& client, const topic_partition& at, std::int64_t which,
                    std::chrono::milliseconds patience) -> std::expected<std::int64_t, rd_kafka_resp_err_t>
{
    const partition_list list(rd_kafka_topic_partition_list_new(1));
    const auto* const asked = rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition);
    list->elems->offset = which;
    const auto code = rd_kafka_offsets_for_times(&client, list.get(), static_cast<int>(patience.count()));
    if (asked->err || code) return std::unexpected(asked->err ? asked->err : code);
    return asked->offset;
}

}  // namespace

auto no_watermarks::is_missing() const -> bool { return is_missing_topic(static_cast<rd_kafka_resp_err_t>(code)); }

auto find_watermarks(rd_kafka_t& client, const settings& settings, const topic_partition& at,
                     std::chrono::milliseconds patience) -> std::expected<watermarks, no_watermarks>
{
    auto low = ask_for_offset(client, at, RD_KAFKA_OFFSET_BEGINNING, patience);
    for (auto wait = 10ms; low == std::unexpected(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION) && wait < 1s; wait *= 2) {
        std::this_thread::sleep_for(wait);  // a new partition may not be ready yet
        low = ask_for_offset(client, at, RD_KAFKA_OFFSET_BEGINNING, patience);
    }
    const auto high = low ? ask_for_offset(client, at, RD_KAFKA_OFFSET_END, patience) : low;
    if (high) return watermarks{*low, *high};
    no_watermarks why{high.error(), rd_kafka_err2str(high.error())};
    if (!why.is_missing()) ask_for_answer(client, settings);
    return std::unexpected(std::move(why));
}

auto watermarks_of(rd_kafka_t& client, const settings& settings, const topic_partition& at) -> watermarks
{
    auto found = find_watermarks(client, settings, at, answer_timeout);
    if (found) return *found;
    throw_failure(client, settings, "reading the ends of Kafka's topic " + at.topic,
                  static_cast<rd_kafka_resp_err_t>(found.error().code));
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
    for (const auto& [at, reason] : try_to_read(ranges, take))
        throw unavailable("reading Kafka's topic " + at.topic + " at " + settings_.bootstrap_servers + ": " + reason);
}

auto topic_reader::try_to_read(const std::map<topic_partition, watermarks>& ranges, const on_record& take) -> failures
{
    failures failed;
    auto left = ranges;
    std::erase_if(left, [](const auto& wanted) { return wanted.second.low >= wanted.second.high; });
    if (left.empty()) return failed;
    assign(*client_, settings_, left);
    while (!left.empty()) {
        const message_handle message(rd_kafka_consumer_poll(client_.get(), static_cast<int>(answer_timeout.count())));
        if (!message) {
            ask_for_answer(*client_, settings_);
            for (const auto& [at, range] : left) failed[at] = "its records do not arrive";
            break;
        }
        if (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            note_failure(*message, left, failed);
            continue;
        }
        const auto at = partition_of(*message);
        const auto wanted = left.find(at);
        if (wanted == left.end()) continue;
        const auto end = wanted->second.high;
        const bool is_event = !message->err && message->offset < end;
        if (is_event) take(at, message->offset, to_record(*message));
        if (!is_event || message->offset + 1 == end) left.erase(wanted);  // the end may be after records that are gone
    }
    assign(*client_, settings_, {});
    return failed;
}

/// An error of one partition or of a whole topic. librdkafka handles errors without a topic; if it cannot, no records
/// come.
void topic_reader::note_failure(const rd_kafka_message_t& message, std::map<topic_partition, watermarks>& left,
                                failures& failed)
{
    if (!message.rkt) return;
    const auto of = partition_of(message);
    std::erase_if(left, [&](const auto& wanted) {
        const bool is_of =
            wanted.first.topic == of.topic && (of.partition < 0 || wanted.first.partition == of.partition);
        if (is_of) failed[wanted.first] = rd_kafka_message_errstr(&message);
        return is_of;
    });
}

}  // namespace annals::kafka
