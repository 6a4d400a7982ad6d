// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/record_sender.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/message.hpp>

#include <memory>

namespace annals::kafka {
namespace {

constexpr int serve_every_ms = 100;
constexpr int end_waits_ms = 1000;

auto is_for_good(rd_kafka_resp_err_t code) -> bool
{
    switch (code) {
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
        case RD_KAFKA_RESP_ERR_INVALID_RECORD:
        case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION: return true;
        default: return false;
    }
}

auto why(rd_kafka_resp_err_t code) -> not_sent { return {rd_kafka_err2str(code), is_for_good(code)}; }

}  // namespace

record_sender::record_sender(const settings& settings) : settings_(settings), client_(new_client())
{
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

record_sender::~record_sender()
{
    thread_ = {};
    end(*client_);
}

auto record_sender::new_client() -> client_handle
{
    auto configuration = make_configuration(settings_, {
                                                           {"compression.type", settings_.compression},
                                                           {"linger.ms", "1"},
                                                           {"queue.buffering.max.messages", "100000"},
                                                           {"queue.buffering.max.kbytes", "65536"},
                                                           {"partitioner", "murmur2_random"},  // as Java's clients
                                                           {"message.timeout.ms", "5000"},
                                                       });
    set_property(*configuration, "enable.idempotence", "true");
    set_property(*configuration, "acks", "all");
    set_property(*configuration, "allow.auto.create.topics", "false");
    rd_kafka_conf_set_dr_msg_cb(configuration.get(), take_report);
    rd_kafka_conf_set_error_cb(configuration.get(), take_error);
    return make_client(RD_KAFKA_PRODUCER, std::move(configuration), this);
}

void record_sender::ensure(const named_topic& topic)
{
    const std::shared_lock lock(client_mutex_);
    ensure_topic(*client_, settings_, topic);
}

auto record_sender::send(const std::string& topic, const record& what, on_report reported) -> std::optional<not_sent>
{
    auto headers = to_headers(what.headers);
    auto tag = std::make_unique<on_report>(std::move(reported));
    const std::shared_lock lock(client_mutex_);
    const auto code = rd_kafka_producev(
        client_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA),
        RD_KAFKA_V_KEY(what.key.data(), what.key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(what.value.data()), what.value.size()), RD_KAFKA_V_HEADERS(headers.get()),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(tag.get()), RD_KAFKA_V_END);
    if (code) {
        if (is_missing_topic(code)) missed_topic_ = true;
        return why(code);
    }
    headers.release();
    tag.release();  // comes back with the report
    return std::nullopt;
}

auto record_sender::trouble() const -> std::optional<std::string>
{
    const std::scoped_lock lock(trouble_mutex_);
    return trouble_;
}

void record_sender::note(std::optional<std::string> trouble)
{
    const std::scoped_lock lock(trouble_mutex_);
    trouble_ = std::move(trouble);
}

void record_sender::run(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        rd_kafka_poll(client_.get(), serve_every_ms);
        if (!is_broken_) continue;
        auto another = new_client();
        {
            const std::unique_lock lock(client_mutex_);
            std::swap(client_, another);
            is_broken_ = false;
        }
        end(*another);
    }
}

/// Every record is reported before its client ends.
void record_sender::end(rd_kafka_t& client)
{
    rd_kafka_flush(&client, end_waits_ms);
    rd_kafka_purge(&client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(&client, end_waits_ms);
}

void record_sender::take_report(rd_kafka_t*, const rd_kafka_message_t* message, void* self)
{
    const std::unique_ptr<on_report> tag(static_cast<on_report*>(message->_private));
    auto& sender = *static_cast<record_sender*>(owner_of(self));
    if (is_missing_topic(message->err)) sender.missed_topic_ = true;
    if (message->err) return (*tag)(why(message->err));
    sender.note(std::nullopt);
    (*tag)(std::nullopt);
}

void record_sender::take_error(rd_kafka_t* client, int code, const char*, void* self)
{
    auto& sender = *static_cast<record_sender*>(owner_of(self));
    if (code == RD_KAFKA_RESP_ERR__FATAL) sender.is_broken_ = true;
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) sender.note(unreachable(*client, sender.settings_).what());
}

}  // namespace annals::kafka
