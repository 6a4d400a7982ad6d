// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/consumer.hpp>

#include <eventstore/kafka/client.hpp>
#include <eventstore/kafka/message.hpp>
#include <eventstore/kafka/topic.hpp>

namespace annals::eventstore::kafka {
namespace {

using namespace std::chrono_literals;

/// How far before the end of a topic to begin: what is appended while the broker is asked where the end is.
constexpr std::int64_t overlap_records = 100;

constexpr auto begin_again_after = 1s;

auto is_vanished(rd_kafka_resp_err_t code) -> bool
{
    return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC
           || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

}  // namespace

consumer::consumer(const settings& settings, const std::string& group) : settings_(settings)
{
    auto configuration = make_configuration(settings, {
                                                          {"group.id", group},
                                                          {"auto.offset.reset", "earliest"},
                                                          {"fetch.wait.max.ms", "100"},
                                                          {"fetch.min.bytes", "1"},
                                                          {"fetch.error.backoff.ms", "50"},
                                                          {"queued.max.messages.kbytes", "16384"},
                                                          {"topic.metadata.refresh.interval.ms", "2000"},
                                                          {"partition.assignment.strategy", "range"},
                                                          {"allow.auto.create.topics", "false"},
                                                      });
    set_property(*configuration, "enable.auto.commit", "false");
    client_ = make_consumer(std::move(configuration));
}

void consumer::follow(const log_id& log, std::optional<std::int64_t> offset)
{
    auto& partitions = followed_[topic_of(settings_, log.category)];
    partitions[log.partition] = {log, offset.value_or(RD_KAFKA_OFFSET_TAIL(overlap_records))};
    has_new_ = true;
}

auto consumer::poll(std::chrono::milliseconds wait) -> std::vector<published_event>
{
    begin_again_where_gone();
    if (has_new_) assign();
    std::vector<published_event> events;
    for (std::size_t i = 0; i < events_max; ++i, wait = 0ms) {
        const message_handle message(rd_kafka_consumer_poll(client_.get(), static_cast<int>(wait.count())));
        if (!message) break;
        if (message->err) note_error(*message);
        else take(*message, events);
    }
    return events;
}

void consumer::take(const rd_kafka_message_t& message, std::vector<published_event>& events)
{
    const auto topic = followed_.find(rd_kafka_topic_name(message.rkt));
    if (topic == followed_.end()) return;
    auto& followed = topic->second[message.partition];
    followed.next = message.offset + 1;
    followed.is_gone = false;
    auto read = from_record(to_record(message), message.partition);
    if (read && read->event.stream.category == followed.log.category) events.push_back(std::move(*read));
}

/// Other errors are librdkafka's to mend; whoever waits for an event reads the log meanwhile.
void consumer::note_error(const rd_kafka_message_t& message)
{
    if (!is_vanished(message.err) || !message.rkt) return;
    const auto topic = followed_.find(rd_kafka_topic_name(message.rkt));
    if (topic == followed_.end()) return;
    for (auto& [partition, followed] : topic->second) followed.is_gone = true;
    has_gone_ = true;
}

/// librdkafka gives up on a topic that has vanished; the one that takes its place begins at its beginning.
void consumer::begin_again_where_gone()
{
    const auto now = std::chrono::steady_clock::now();
    if (!has_gone_ || now - begun_again_ < begin_again_after) return;
    begun_again_ = now;
    has_gone_ = false;
    for (auto& [topic, partitions] : followed_)
        for (auto& [partition, followed] : partitions)
            if (followed.is_gone) followed.next = RD_KAFKA_OFFSET_BEGINNING;
    has_new_ = true;
}

void consumer::assign()
{
    const partition_list list(rd_kafka_topic_partition_list_new(16));
    for (const auto& [topic, partitions] : followed_)
        for (const auto& [partition, followed] : partitions)
            rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = followed.next;
    if (const auto code = rd_kafka_assign(client_.get(), list.get()))
        throw_failure(settings_, "following topics", code);
    has_new_ = false;
}

void consumer::commit()
{
    const partition_list list(rd_kafka_topic_partition_list_new(16));
    for (const auto& [topic, partitions] : followed_)
        for (const auto& [partition, followed] : partitions)
            if (followed.next > 0)
                rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = followed.next;
    if (list->cnt > 0) rd_kafka_commit(client_.get(), list.get(), 1);
}

}  // namespace annals::eventstore::kafka
