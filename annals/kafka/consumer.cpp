// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/consumer.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/message.hpp>
#include <annals/kafka/topic.hpp>

#include <algorithm>

namespace annals::kafka {

using namespace eventstore;

namespace {

using namespace std::chrono_literals;

/// How far before the end of a topic to begin: covers events that come while the broker is asked for the end.
constexpr std::int64_t overlap_records = 100;

constexpr std::chrono::milliseconds delay_min = 1s, delay_max = 10s;
constexpr auto ask_every = 2s;
constexpr int ask_timeout_ms = 500;
constexpr int unanswered_max = 1;            // a busy broker may miss one

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
    const auto topic = find_topic_of(settings_, log.category);
    if (!topic) return;                                  // such a topic cannot exist; the log is read instead
    auto& followed = followed_[*topic][log.partition];
    followed.log = log;
    followed.next = offset.value_or(RD_KAFKA_OFFSET_TAIL(overlap_records));
}

auto consumer::poll(std::chrono::milliseconds wait) -> std::vector<published_event>
{
    assign_due();
    std::vector<published_event> events;
    for (std::size_t i = 0; i < events_max; ++i, wait = 0ms) {
        const message_handle message(rd_kafka_consumer_poll(client_.get(), static_cast<int>(wait.count())));
        if (!message) break;
        if (message->err) note_error(*message);
        else take(*message, events);
    }
    if (!events.empty()) {
        unanswered_ = 0;
        asked_at_ = clock::now();
    }
    return events;
}

void consumer::take(const rd_kafka_message_t& message, std::vector<published_event>& events)
{
    const auto topic = followed_.find(rd_kafka_topic_name(message.rkt));
    if (topic == followed_.end()) return;
    auto& followed = topic->second[message.partition];
    followed.next = message.offset + 1;
    followed.delay = 0ms;
    unreadable_.erase(topic->first);
    auto read = from_record(to_record(message), message.partition);
    if (read && read->event.stream.category == followed.log.category) events.push_back(std::move(*read));
}

/// A reader that waits for an event reads the log meanwhile.
void consumer::note_error(const rd_kafka_message_t& message)
{
    if (!message.rkt) return;                            // librdkafka handles it
    const auto topic = followed_.find(rd_kafka_topic_name(message.rkt));
    if (topic == followed_.end()) return;
    if (is_missing_topic(message.err)) return put_off(topic->first, topic->second);
    if (unreadable_.insert(topic->first).second)
        troubles_.push_back("Kafka's topic " + topic->first + " cannot be read: " + rd_kafka_message_errstr(&message));
}

/// librdkafka gives up a topic that has vanished. The topic that replaces it is read from its beginning.
void consumer::put_off(const std::string& topic, topic_partitions& partitions)
{
    const partition_list list(rd_kafka_topic_partition_list_new(16));
    for (auto& [partition, followed] : partitions) {
        if (!followed.is_assigned) continue;
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
        followed.is_assigned = false;
        if (followed.next >= 0) followed.next = RD_KAFKA_OFFSET_BEGINNING;
        followed.delay = std::clamp(2 * followed.delay, delay_min, delay_max);
        followed.due = clock::now() + followed.delay;
    }
    if (list->cnt > 0) const error_handle ignored(rd_kafka_incremental_unassign(client_.get(), list.get()));
}

/// Adds partitions without touching the others: what was fetched of them stays.
void consumer::assign_due()
{
    const partition_list list(rd_kafka_topic_partition_list_new(16));
    const auto now = clock::now();
    for (auto& [topic, partitions] : followed_)
        for (auto& [partition, followed] : partitions) {
            if (followed.is_assigned || followed.due > now) continue;
            rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = followed.next;
            followed.is_assigned = true;
        }
    if (list->cnt == 0) return;
    if (const error_handle refused(rd_kafka_incremental_assign(client_.get(), list.get())); refused)
        throw_failure(*client_, settings_, "following topics", rd_kafka_error_code(refused.get()));
}

void consumer::commit()
{
    const partition_list list(rd_kafka_topic_partition_list_new(16));
    for (const auto& [topic, partitions] : followed_)
        for (const auto& [partition, followed] : partitions)
            if (followed.is_assigned && followed.next > 0)
                rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = followed.next;
    if (list->cnt > 0) rd_kafka_commit(client_.get(), list.get(), 1);
}

/// librdkafka does not tell a consumer that its brokers are gone.
auto consumer::is_cut_off() -> bool
{
    if (clock::now() - asked_at_ >= ask_every) {
        const rd_kafka_metadata_t* answer = nullptr;
        const auto code = rd_kafka_metadata(client_.get(), 0, nullptr, &answer, ask_timeout_ms);
        const metadata_handle metadata(answer);
        unanswered_ = code ? unanswered_ + 1 : 0;
        asked_at_ = clock::now();
    }
    return unanswered_ > unanswered_max;
}

}  // namespace annals::kafka
