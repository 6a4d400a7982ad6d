// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/record_deletion.hpp>

#include <annals/kafka/client.hpp>

namespace annals::kafka {

auto delete_records(const settings& settings, const topic_partition& at) -> std::int64_t
{
    const auto client = make_client(RD_KAFKA_PRODUCER, make_configuration(settings, {}));
    const partition_list before(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(before.get(), at.topic.c_str(), at.partition)->offset = RD_KAFKA_OFFSET_END;
    const delete_records_handle wanted(rd_kafka_DeleteRecords_new(before.get()));
    auto* asked = wanted.get();
    const queue_handle queue(rd_kafka_queue_new(client.get()));
    const auto options = admin_options(*client, RD_KAFKA_ADMIN_OP_DELETERECORDS);
    rd_kafka_DeleteRecords(client.get(), &asked, 1, options.get(), queue.get());

    const auto tried = "deleting the records of " + at.topic + "/" + std::to_string(at.partition);
    const auto answer = answer_in(*client, *queue, settings, tried);
    const auto* deleted = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(answer.get()));
    const auto& first_left = deleted->elems[0];
    if (first_left.err) throw_failure(*client, settings, tried, first_left.err);
    return first_left.offset;
}

}  // namespace annals::kafka
