// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/producer.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/message.hpp>

namespace annals::kafka {

namespace {

/// The codes of records that were dropped, or failed because another was refused; nothing was wrong with them.
auto is_of_others(rd_kafka_resp_err_t code) -> bool
{
    switch (code) {
        case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
        case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
        case RD_KAFKA_RESP_ERR__FATAL:
        case RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE:
        case RD_KAFKA_RESP_ERR__DESTROY: return true;
        default: return false;
    }
}

}  // namespace

producer::producer(const settings& settings, reports to) : settings_(settings), reports_(std::move(to))
{
    auto configuration = make_configuration(settings, {
                                                          {"compression.type", settings.compression},
                                                          {"linger.ms", "0"},  // a carrier gathers instead
                                                          {"queue.buffering.max.messages", "100000"},
                                                          {"queue.buffering.max.kbytes", "65536"},
                                                      });
    // The guarantees depend on these: the configuration must not change them.
    set_property(*configuration, "enable.idempotence", "true");
    set_property(*configuration, "enable.gapless.guarantee", "true");
    set_property(*configuration, "acks", "all");
    set_property(*configuration, "message.timeout.ms", "0");
    set_property(*configuration, "allow.auto.create.topics", "false");
    rd_kafka_conf_set_dr_msg_cb(configuration.get(), take_report);
    rd_kafka_conf_set_error_cb(configuration.get(), take_error);
    client_ = make_client(RD_KAFKA_PRODUCER, std::move(configuration), this);
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
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        headers.release();
        return true;
    }
    if (code == RD_KAFKA_RESP_ERR__FATAL && !broken_) broken_ = rd_kafka_err2str(code);
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL && !is_of_others(code)) reports_.refused(to.tag, code);
    return false;
}

void producer::serve(std::chrono::milliseconds wait)
{
    rd_kafka_poll(client_.get(), static_cast<int>(wait.count()));
    if (is_unreachable_) throw unreachable(*client_, settings_);
}

auto producer::flush(std::chrono::milliseconds timeout) -> bool
{
    return rd_kafka_flush(client_.get(), static_cast<int>(timeout.count())) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

void producer::give_up()
{
    rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(client_.get(), 1000);
}

void producer::take_report(rd_kafka_t*, const rd_kafka_message_t* message, void* self)
{
    auto& producer = *static_cast<kafka::producer*>(owner_of(self));
    if (!message->err) return producer.reports_.delivered(message->_private, message->offset);
    if (!producer.broken_) producer.broken_ = rd_kafka_err2str(message->err);
    if (!is_of_others(message->err)) producer.reports_.refused(message->_private, message->err);
}

void producer::take_error(rd_kafka_t* client, int code, const char* reason, void* self)
{
    auto& producer = *static_cast<kafka::producer*>(owner_of(self));
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) producer.is_unreachable_ = true;
    if (code != RD_KAFKA_RESP_ERR__FATAL || producer.broken_) return;
    char why[512] = "";
    rd_kafka_fatal_error(client, why, sizeof why);
    producer.broken_ = *why ? why : reason;
}

}  // namespace annals::kafka
