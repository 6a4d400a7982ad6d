// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/producer.hpp>

#include <eventstore/kafka/client.hpp>
#include <eventstore/kafka/message.hpp>

namespace annals::eventstore::kafka {

producer::producer(const settings& settings, on_delivered delivered)
    : settings_(settings), delivered_(std::move(delivered))
{
    auto configuration = make_configuration(settings, {
                                                          {"compression.type", settings.compression},
                                                          {"linger.ms", "1"},
                                                          {"queue.buffering.max.messages", "100000"},
                                                          {"queue.buffering.max.kbytes", "65536"},
                                                      });
    // What the guarantees rest on is not for configuration to change.
    set_property(*configuration, "enable.idempotence", "true");
    set_property(*configuration, "enable.gapless.guarantee", "true");
    set_property(*configuration, "acks", "all");
    set_property(*configuration, "message.timeout.ms", "0");
    set_property(*configuration, "allow.auto.create.topics", "false");
    rd_kafka_conf_set_opaque(configuration.get(), this);
    rd_kafka_conf_set_dr_msg_cb(configuration.get(), take_report);
    rd_kafka_conf_set_error_cb(configuration.get(), take_error);
    client_ = make_client(RD_KAFKA_PRODUCER, std::move(configuration));
}

producer::~producer() { rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT); }

auto producer::offer(const record& record, const destination& to) -> bool
{
    auto headers = to_headers(record.headers);
    const auto code =
        rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC(to.topic.c_str()), RD_KAFKA_V_PARTITION(to.partition),
                          RD_KAFKA_V_KEY(record.key.data(), record.key.size()),
                          RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
                          RD_KAFKA_V_HEADERS(headers.get()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                          RD_KAFKA_V_OPAQUE(to.tag), RD_KAFKA_V_END);
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        throw unavailable("Kafka's topic " + to.topic + " takes no records: " + rd_kafka_err2str(code));
    headers.release();
    return true;
}

void producer::serve(std::chrono::milliseconds wait)
{
    rd_kafka_poll(client_.get(), static_cast<int>(wait.count()));
    throw_if_failed();
}

auto producer::flush(std::chrono::milliseconds timeout) -> bool
{
    return rd_kafka_flush(client_.get(), static_cast<int>(timeout.count())) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

void producer::take_report(rd_kafka_t*, const rd_kafka_message_t* message, void* self)
{
    auto& producer = *static_cast<kafka::producer*>(self);
    if (message->err && !producer.refused_)
        producer.refused_ = std::string(rd_kafka_topic_name(message->rkt)) + "/" + std::to_string(message->partition)
                            + ": " + rd_kafka_err2str(message->err);
    if (!producer.refused_) producer.delivered_(message->_private, message->offset);
}

void producer::take_error(rd_kafka_t* client, int code, const char* reason, void* self)
{
    auto& producer = *static_cast<kafka::producer*>(self);
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) producer.is_unreachable_ = true;
    if (code != RD_KAFKA_RESP_ERR__FATAL || producer.refused_) return;
    char why[512] = "";
    rd_kafka_fatal_error(client, why, sizeof why);
    producer.refused_ = *why ? why : reason;
}

void producer::throw_if_failed() const
{
    if (refused_)
        throw unavailable("Kafka at " + settings_.bootstrap_servers + " refused what was published to " + *refused_);
    if (is_unreachable_) throw unreachable(settings_);
}

}  // namespace annals::eventstore::kafka
