// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/group_reader.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/message.hpp>

namespace annals::kafka {
namespace {

using namespace std::chrono_literals;

constexpr auto save_every = 200ms;
constexpr auto leave_waits = 2s;

}  // namespace

group_reader::group_reader(const settings& settings, const std::string& group, named_topic topic)
    : settings_(settings), topic_(std::move(topic))
{
    auto configuration = make_configuration(settings, {
                                                          {"group.id", group},
                                                          {"auto.offset.reset", "earliest"},
                                                          {"session.timeout.ms", "6000"},
                                                          {"heartbeat.interval.ms", "1000"},
                                                          {"fetch.wait.max.ms", "100"},
                                                          {"fetch.error.backoff.ms", "50"},
                                                          {"queued.max.messages.kbytes", "16384"},
                                                          {"topic.metadata.refresh.interval.ms", "10000"},
                                                          {"partition.assignment.strategy", "range"},
                                                      });
    set_property(*configuration, "enable.auto.commit", "false");
    set_property(*configuration, "enable.auto.offset.store", "false");
    set_property(*configuration, "allow.auto.create.topics", "false");
    rd_kafka_conf_set_rebalance_cb(configuration.get(), rebalance);
    client_.reset(make_client(RD_KAFKA_CONSUMER, std::move(configuration), this).release());
    rd_kafka_poll_set_consumer(client_.get());
}

/// rd_kafka_consumer_close would wait for ever where the topic has vanished.
group_reader::~group_reader()
{
    save(true);
    const queue_handle events(rd_kafka_queue_new(client_.get()));
    const error_handle ignored(rd_kafka_consumer_close_queue(client_.get(), events.get()));
    const auto until = clock::now() + leave_waits;
    while (!rd_kafka_consumer_closed(client_.get()) && clock::now() < until)
        rd_kafka_queue_poll_callback(events.get(), 50);
}

void group_reader::join()
{
    ensure_topic(*client_, settings_, topic_);
    const partition_list list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), topic_.name.c_str(), RD_KAFKA_PARTITION_UA);
    if (const auto code = rd_kafka_subscribe(client_.get(), list.get()))
        throw_failure(*client_, settings_, "subscribing to " + topic_.name, code);
}

auto group_reader::poll(std::chrono::milliseconds wait) -> std::vector<consumed_record>
{
    std::vector<consumed_record> records;
    for (std::size_t i = 0; i < records_max; ++i, wait = 0ms) {
        const message_handle message(rd_kafka_consumer_poll(client_.get(), static_cast<int>(wait.count())));
        if (!message) break;
        if (message->err) continue;  // librdkafka goes on
        records.push_back({message->partition, message->offset, to_record(*message)});
        const std::scoped_lock lock(mutex_);
        offsets_[message->partition].began(message->offset);
    }
    if (clock::now() - saved_at_ > save_every) save(false);
    return records;
}

void group_reader::handled(int partition, std::int64_t offset)
{
    const std::scoped_lock lock(mutex_);
    if (const auto found = offsets_.find(partition); found != offsets_.end()) found->second.ended(offset);
}

/// A commit that fails is made up for by the next one; what was handled twice is known as such by its handler.
void group_reader::save(bool waits)
{
    saved_at_ = clock::now();
    const partition_list list(rd_kafka_topic_partition_list_new(8));
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [partition, offsets] : offsets_) {
            const auto next = offsets.next();
            if (!next || saved_[partition] == *next) continue;
            saved_[partition] = *next;
            rd_kafka_topic_partition_list_add(list.get(), topic_.name.c_str(), partition)->offset = *next;
        }
    }
    if (list->cnt > 0) rd_kafka_commit(client_.get(), list.get(), waits ? 0 : 1);
}

/// Partitions that are taken away are forgotten: what is still under way comes again, to another member.
void group_reader::rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* list,
                             void* self)
{
    auto& reader = *static_cast<group_reader*>(owner_of(self));
    if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        rd_kafka_assign(client, list);
        return;
    }
    if (!rd_kafka_assignment_lost(client)) reader.save(true);
    {
        const std::scoped_lock lock(reader.mutex_);
        reader.offsets_.clear();
        reader.saved_.clear();
    }
    rd_kafka_assign(client, nullptr);
}

}  // namespace annals::kafka
