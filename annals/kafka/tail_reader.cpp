// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/tail_reader.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/message.hpp>
#include <annals/kafka/topic_reader.hpp>

namespace annals::kafka {
namespace {

using namespace std::chrono_literals;

constexpr auto look_every = 10s;

}  // namespace

tail_reader::tail_reader(const settings& settings, named_topic topic) : settings_(settings), topic_(std::move(topic))
{
    auto configuration = make_configuration(settings, {
                                                          {"group.id", "annals"},  // never joined
                                                          {"auto.offset.reset", "earliest"},
                                                          {"fetch.wait.max.ms", "100"},
                                                          {"fetch.error.backoff.ms", "50"},
                                                          {"queued.max.messages.kbytes", "16384"},
                                                          {"topic.metadata.refresh.interval.ms", "2000"},
                                                      });
    set_property(*configuration, "enable.auto.commit", "false");
    set_property(*configuration, "allow.auto.create.topics", "false");
    client_ = make_consumer(std::move(configuration));
}

void tail_reader::go_to_end()
{
    partitions_ = 0;
    rd_kafka_assign(client_.get(), nullptr);
    const int partitions = ensure_topic(*client_, settings_, topic_);
    std::vector<std::int64_t> ends;
    for (int i = 0; i < partitions; ++i) ends.push_back(watermarks_of(*client_, settings_, {topic_.name, i}).high);
    assign(0, partitions, ends);
    looked_at_ = clock::now();
}

/// Adds the partitions [from, to).
void tail_reader::assign(int from, int to, const std::vector<std::int64_t>& offsets)
{
    const partition_list list(rd_kafka_topic_partition_list_new(to - from));
    for (int i = from; i < to; ++i)
        rd_kafka_topic_partition_list_add(list.get(), topic_.name.c_str(), i)->offset =
            offsets.at(static_cast<std::size_t>(i - from));
    if (const error_handle refused(rd_kafka_incremental_assign(client_.get(), list.get())); refused)
        throw_failure(*client_, settings_, "following the topic " + topic_.name, rd_kafka_error_code(refused.get()));
    partitions_ = to;
}

auto tail_reader::poll(std::chrono::milliseconds wait) -> std::vector<record>
{
    std::vector<record> records;
    for (std::size_t i = 0; i < records_max; ++i, wait = 0ms) {
        const message_handle message(rd_kafka_consumer_poll(client_.get(), static_cast<int>(wait.count())));
        if (!message) break;
        if (!message->err) records.push_back(to_record(*message));
        else if (message->rkt && is_missing_topic(message->err)) partitions_ = 0;
    }
    if (is_placed() && clock::now() - looked_at_ > look_every) look_for_partitions();
    return records;
}

void tail_reader::look_for_partitions()
{
    looked_at_ = clock::now();
    try {
        const int found = partitions_of(*client_, settings_, topic_.name);
        if (found < partitions_) partitions_ = 0;  // it was deleted, or is another one
        else if (found > partitions_)
            assign(partitions_, found,
                   std::vector<std::int64_t>(static_cast<std::size_t>(found - partitions_), RD_KAFKA_OFFSET_BEGINNING));
    } catch (const eventstore::unavailable&) {
        // The next look may find a broker.
    }
}

}  // namespace annals::kafka
