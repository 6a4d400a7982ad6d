// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/client.hpp>

#include <annals/kafka/client_notes.hpp>
#include <annals/kafka/connection_failure.hpp>
#include <annals/kafka/secret_property.hpp>

#include <array>
#include <future>
#include <memory>
#include <thread>

namespace annals::kafka {

using namespace eventstore;

namespace {

/// Errors arrive as events and results, but the reason of a failed connection is only logged.
void keep_failure(const rd_kafka_t* client, int, const char* facility, const char* line)
{
    if (client && std::string_view(facility) == "FAIL")
        static_cast<client_notes*>(rd_kafka_opaque(client))->note_failure(line);
}

auto is_unreachable(rd_kafka_resp_err_t code) -> bool
{
    switch (code) {
        case RD_KAFKA_RESP_ERR__TRANSPORT:
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__RESOLVE:
        case RD_KAFKA_RESP_ERR__SSL:
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
        case RD_KAFKA_RESP_ERR__WAIT_COORD: return true;
        default: return false;
    }
}

auto is_transient(rd_kafka_resp_err_t code) -> bool
{
    switch (code) {
        case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
        case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
        case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NOT_CONTROLLER: return true;
        default: return is_missing_topic(code);
    }
}

}  // namespace

auto is_missing_topic(rd_kafka_resp_err_t code) -> bool
{
    return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC
           || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

void set_property(rd_kafka_conf_t& configuration, const char* name, const std::string& value)
{
    std::array<char, 512> problem{};
    const auto outcome = rd_kafka_conf_set(&configuration, name, value.c_str(), problem.data(), problem.size());
    if (outcome == RD_KAFKA_CONF_OK) return;
    const bool quotes_secret = outcome == RD_KAFKA_CONF_INVALID && is_secret_property(name);
    throw invalid_request("Kafka property " + std::string(name) + ": "
                          + (quotes_secret ? "it does not accept this value" : problem.data()));
}

auto make_configuration(const settings& settings, std::initializer_list<property> chosen) -> configuration_handle
{
    configuration_handle configuration(rd_kafka_conf_new());
    rd_kafka_conf_set_log_cb(configuration.get(), keep_failure);
    set_property(*configuration, "bootstrap.servers", settings.bootstrap_servers);
    set_property(*configuration, "client.id", "annals");
    set_property(*configuration, "socket.nagle.disable", "true");
    set_property(*configuration, "socket.keepalive.enable", "true");
    set_property(*configuration, "reconnect.backoff.ms", "100");
    set_property(*configuration, "reconnect.backoff.max.ms", "2000");
    set_property(*configuration, "message.max.bytes", std::to_string(message_bytes_max));
    for (const auto& [name, value] : chosen) set_property(*configuration, name, value);
    for (const auto& [name, value] : settings.properties) set_property(*configuration, name.c_str(), value);
    return configuration;
}

auto make_client(rd_kafka_type_t type, configuration_handle configuration, void* owner) -> client_handle
{
    auto notes = std::make_unique<client_notes>(owner);
    rd_kafka_conf_set_opaque(configuration.get(), notes.get());
    std::array<char, 512> problem{};
    client_handle client(rd_kafka_new(type, configuration.get(), problem.data(), problem.size()));
    if (!client) throw invalid_request(std::string("Kafka client: ") + problem.data());
    configuration.release();                                          // the client owns both now
    notes.release();
    return client;
}

void end_client(rd_kafka_t* client) noexcept
{
    const std::unique_ptr<client_notes> notes(static_cast<client_notes*>(rd_kafka_opaque(client)));
    rd_kafka_destroy(client);
}

auto owner_of(void* opaque) -> void* { return static_cast<client_notes*>(opaque)->owner(); }

auto admin_options(rd_kafka_t& client, rd_kafka_admin_op_t operation) -> admin_options_handle
{
    admin_options_handle options(rd_kafka_AdminOptions_new(&client, operation));
    std::array<char, 256> problem{};
    rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(answer_timeout.count()), problem.data(),
                                              problem.size());
    return options;
}

auto answer_in(rd_kafka_t& client, rd_kafka_queue_t& queue, const settings& settings, std::string_view tried)
    -> event_handle
{
    event_handle answer(rd_kafka_queue_poll(&queue, static_cast<int>(2 * answer_timeout.count())));
    if (!answer) throw unreachable(client, settings);
    if (const auto code = rd_kafka_event_error(answer.get()))
        throw_failure(client, settings, tried, code, rd_kafka_event_error_string(answer.get()));
    return answer;
}

auto make_consumer(configuration_handle configuration) -> consumer_handle
{
    consumer_handle consumer(make_client(RD_KAFKA_CONSUMER, std::move(configuration)).release());
    rd_kafka_poll_set_consumer(consumer.get());
    return consumer;
}

void end_consumer(rd_kafka_t* consumer) noexcept
{
    const auto ended = std::make_shared<std::promise<void>>();
    const auto waited = ended->get_future();
    std::thread([consumer, ended] {
        end_client(consumer);
        ended->set_value();
    }).detach();
    waited.wait_for(std::chrono::seconds(2));
}

void throw_failure(rd_kafka_t& client, const settings& settings, std::string_view tried, rd_kafka_resp_err_t code,
                   std::string_view detail)
{
    if (is_unreachable(code)) throw unreachable(client, settings);
    const auto reason = detail.empty() ? std::string(rd_kafka_err2str(code)) : std::string(detail);
    const auto message =
        std::string(tried) + " at " + settings.bootstrap_servers + ": " + without_secrets(reason, settings);
    if (is_transient(code)) throw unavailable(message);
    throw error(message);
}

auto unreachable(rd_kafka_t& client, const settings& settings) -> no_broker
{
    const auto heard = static_cast<client_notes*>(rd_kafka_opaque(&client))->failure();
    const auto [reason, to_do] = explain_connection(heard);
    return no_broker("no Kafka broker answers at " + settings.bootstrap_servers + (reason.empty() ? "" : ": " + reason)
                     + ". " + to_do);
}

void ask_for_answer(rd_kafka_t& client, const settings& settings)
{
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code = rd_kafka_metadata(&client, 0, nullptr, &answer, static_cast<int>(answer_timeout.count()));
    const metadata_handle metadata(answer);
    if (code) throw unreachable(client, settings);
}

}  // namespace annals::kafka
