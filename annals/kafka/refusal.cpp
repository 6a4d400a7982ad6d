// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/refusal.hpp>

#include <annals/kafka/settings.hpp>

#include <librdkafka/rdkafka.h>

namespace annals::kafka {

namespace {

auto remedy_for(rd_kafka_resp_err_t code) -> std::string
{
    switch (code) {
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
            return "Set max.message.bytes=" + std::to_string(message_bytes_max)
                   + " on the topic, and message.max.bytes of the broker and of ANNALS_KAFKA_… no lower.";
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            return "Allow this user to write to the topic, and to describe it.";
        case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
            return "Raise message.timestamp.difference.max.ms, message.timestamp.before.max.ms and "
                   "message.timestamp.after.max.ms on the topic, or correct the clocks.";
        case RD_KAFKA_RESP_ERR_INVALID_RECORD:
        case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
            return "Check the topic's settings and what the broker requires of records: annals doctor.";
        default: return "It is retried automatically.";
    }
}

}  // namespace

auto explain_refusal(const std::string& topic, int partition, int code) -> obstacle
{
    const auto known = static_cast<rd_kafka_resp_err_t>(code);
    return {"Kafka refuses what is published to " + topic + "/" + std::to_string(partition) + ": "
                + rd_kafka_err2str(known),
            remedy_for(known), rd_kafka_err2name(known)};
}

}  // namespace annals::kafka
