// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/topic.hpp>

#include <librdkafka/rdkafka.h>

#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

namespace annals::fault_runs {
namespace {

constexpr int answer_ms = 10'000;

template <auto Free>
struct freed {
    void operator()(auto* one) const { Free(one); }
};
using client = std::unique_ptr<rd_kafka_t, freed<rd_kafka_destroy>>;
using queue = std::unique_ptr<rd_kafka_queue_t, freed<rd_kafka_queue_destroy>>;
using event = std::unique_ptr<rd_kafka_event_t, freed<rd_kafka_event_destroy>>;
using partitions = std::unique_ptr<rd_kafka_topic_partition_list_t, freed<rd_kafka_topic_partition_list_destroy>>;
using message = std::unique_ptr<rd_kafka_message_t, freed<rd_kafka_message_destroy>>;

void require(rd_kafka_resp_err_t code, const char* what)
{
    if (code) throw std::runtime_error(std::string(what) + ": " + rd_kafka_err2str(code));
}

auto make_client(rd_kafka_type_t type, const std::string& brokers) -> client
{
    char problem[512];
    auto* configuration = rd_kafka_conf_new();
    for (const auto& [name, value] : std::map<std::string, std::string>{{"bootstrap.servers", brokers},
                                                                        {"log_level", "0"},
                                                                        {"allow.auto.create.topics", "false"},
                                                                        {"group.id", "fault-run-check"},
                                                                        {"enable.auto.commit", "false"},
                                                                        {"reconnect.backoff.max.ms", "500"},
                                                                        {"auto.offset.reset", "error"}}) {
        const bool is_of_consumers =
            name == "group.id" || name.starts_with("enable.auto") || name.starts_with("auto.offset");
        if (is_of_consumers && type == RD_KAFKA_PRODUCER) continue;
        if (rd_kafka_conf_set(configuration, name.c_str(), value.c_str(), problem, sizeof problem) != RD_KAFKA_CONF_OK)
            throw std::runtime_error(problem);
    }
    client made(rd_kafka_new(type, configuration, problem, sizeof problem));
    if (!made) throw std::runtime_error(problem);
    return made;
}

auto header_of(const rd_kafka_message_t& record, const char* name) -> std::string
{
    rd_kafka_headers_t* all = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_message_headers(&record, &all) || rd_kafka_header_get_last(all, name, &value, &size)) return {};
    return {static_cast<const char*>(value), size};
}

auto number_of(const std::string& digits) -> std::int64_t
{
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

/// A partition as it must be: the events of one log, by position.
struct copy_of_log {
    std::vector<const log_row*> rows;
    std::int64_t low = 0, high = 0, last = 0;    ///< offsets; the greatest position seen
};

class comparison {
public:
    comparison(const whole_log& log, checked& to) : to_(to)
    {
        for (const auto& [number, partition] : log.partitions) of_[partition];
        for (const auto& row : log.rows) of_[log.partitions.at(row.log)].rows.push_back(&row);
    }

    auto of() -> std::map<int, copy_of_log>& { return of_; }

    void see(const rd_kafka_message_t& record)
    {
        auto& copy = of_.at(record.partition);
        const auto position = number_of(header_of(record, "ce_sequence"));
        const auto place = "partition " + std::to_string(record.partition) + ", offset " + std::to_string(record.offset)
                           + " (position " + std::to_string(position) + ")";
        if (position < 1 || position > static_cast<std::int64_t>(copy.rows.size()))
            return to_.broken(place + " is not an event of the log");
        if (const auto what = difference(record, *copy.rows[static_cast<std::size_t>(position - 1)]); !what.empty())
            to_.broken(place + " differs from the log: " + what);
        const bool begins = copy.last == 0;
        if (begins && copy.low == 0 && position != 1) to_.broken(place + " is the first one of the topic");
        if (!begins && position > copy.last + 1)
            to_.broken(place + " follows position " + std::to_string(copy.last) + ": a gap in first occurrences");
        copy.last = std::max(copy.last, position);
    }

    void finish()
    {
        for (const auto& [partition, copy] : of_)
            if (copy.low < copy.high && copy.last != static_cast<std::int64_t>(copy.rows.size()))
                to_.broken("partition " + std::to_string(partition) + " ends with position " + std::to_string(copy.last)
                           + ", the log with " + std::to_string(copy.rows.size()));
    }

private:
    static auto difference(const rd_kafka_message_t& record, const log_row& row) -> std::string
    {
        const std::string key(static_cast<const char*>(record.key), record.key_len);
        const std::string value(static_cast<const char*>(record.payload), record.len);
        if (key != row.key) return "the key is \"" + key + "\", not \"" + row.key + "\"";
        if (value != row.data) return "the bytes of " + row.id;
        if (header_of(record, "ce_id") != row.id) return "the id";
        if (header_of(record, "ce_type") != row.type) return "the type of " + row.id;
        if (number_of(header_of(record, "ce_streamversion")) != row.version) return "the version of " + row.id;
        return {};
    }

    checked& to_;
    std::map<int, copy_of_log> of_;
};

void read_all(rd_kafka_t& reader, comparison& with)
{
    const partitions assigned(rd_kafka_topic_partition_list_new(4));
    std::map<int, std::int64_t> left;
    for (auto& [partition, copy] : with.of()) {
        require(rd_kafka_query_watermark_offsets(&reader, topic_name, partition, &copy.low, &copy.high, answer_ms),
                "the ends of the topic");
        if (copy.low == copy.high) continue;
        left[partition] = copy.high;
        rd_kafka_topic_partition_list_add(assigned.get(), topic_name, partition)->offset = copy.low;
    }
    if (left.empty()) return;
    require(rd_kafka_assign(&reader, assigned.get()), "assigning");
    while (!left.empty()) {
        const message record(rd_kafka_consumer_poll(&reader, answer_ms));
        if (!record) throw std::runtime_error("reading the topic: nothing came");
        require(record->err, "reading the topic");
        const auto end = left.find(record->partition);
        if (end == left.end()) continue;
        with.see(*record);
        if (record->offset + 1 >= end->second) left.erase(end);
    }
    rd_kafka_consumer_close(&reader);
}

/// Whether the one answer that comes is a success.
auto is_done(rd_kafka_queue_t& answers) -> bool
{
    const event answer(rd_kafka_queue_poll(&answers, answer_ms));
    return answer && rd_kafka_event_error(answer.get()) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace

auto check_topic(const std::string& brokers, const whole_log& log, bool complete) -> checked
{
    checked to("topic: a copy of the log");
    comparison with(log, to);
    const auto reader = make_client(RD_KAFKA_CONSUMER, brokers);
    read_all(*reader, with);
    if (complete) with.finish();
    return to;
}

auto check_cursors(const std::string& brokers, const std::vector<cursor_row>& cursors) -> checked
{
    checked to("cursors: at records that the topic has");
    const auto reader = make_client(RD_KAFKA_CONSUMER, brokers);
    for (const auto& cursor : cursors) {
        const auto name = "the cursor of partition " + std::to_string(cursor.partition) + " says position "
                          + std::to_string(cursor.position) + " before offset " + std::to_string(cursor.offset);
        std::int64_t low = 0, high = 0;
        require(rd_kafka_query_watermark_offsets(reader.get(), topic_name, cursor.partition, &low, &high, answer_ms),
                "the ends of the topic");
        if (cursor.offset <= low) continue;
        if (cursor.offset > high) {
            to.broken(name + ", but the topic ends at " + std::to_string(high));
            continue;
        }
        const partitions assigned(rd_kafka_topic_partition_list_new(1));
        rd_kafka_topic_partition_list_add(assigned.get(), topic_name, cursor.partition)->offset = cursor.offset - 1;
        require(rd_kafka_assign(reader.get(), assigned.get()), "assigning");
        const message record(rd_kafka_consumer_poll(reader.get(), answer_ms));
        if (!record) throw std::runtime_error("reading the topic: nothing came");
        require(record->err, "reading the topic");
        if (header_of(*record, "ce_id") != cursor.id)
            to.broken(name + ", but there is position " + std::to_string(number_of(header_of(*record, "ce_sequence"))));
    }
    rd_kafka_consumer_close(reader.get());
    return to;
}

auto delete_topic(const std::string& brokers) -> bool
{
    const auto admin = make_client(RD_KAFKA_PRODUCER, brokers);
    const queue answers(rd_kafka_queue_new(admin.get()));
    auto* asked = rd_kafka_DeleteTopic_new(topic_name);
    rd_kafka_DeleteTopics(admin.get(), &asked, 1, nullptr, answers.get());
    rd_kafka_DeleteTopic_destroy(asked);
    return is_done(*answers);
}

auto delete_records(const std::string& brokers, int percent) -> bool
{
    const auto admin = make_client(RD_KAFKA_PRODUCER, brokers);
    const partitions before(rd_kafka_topic_partition_list_new(4));
    for (int partition = 0; partition < 4; ++partition) {
        std::int64_t low = 0, high = 0;
        if (rd_kafka_query_watermark_offsets(admin.get(), topic_name, partition, &low, &high, answer_ms)) return false;
        rd_kafka_topic_partition_list_add(before.get(), topic_name, partition)->offset =
            low + (high - low) * percent / 100;
    }
    auto* asked = rd_kafka_DeleteRecords_new(before.get());
    const queue answers(rd_kafka_queue_new(admin.get()));
    rd_kafka_DeleteRecords(admin.get(), &asked, 1, nullptr, answers.get());
    rd_kafka_DeleteRecords_destroy(asked);
    return is_done(*answers);
}

}  // namespace annals::fault_runs
