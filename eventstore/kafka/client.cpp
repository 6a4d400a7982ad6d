// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/client.hpp>

#include <array>
#include <future>
#include <memory>
#include <thread>

namespace annals::eventstore::kafka {
namespace {

void say_nothing(const rd_kafka_t*, int, const char*, const char*) {}

auto is_unreachable(rd_kafka_resp_err_t code) -> bool
{
    switch (code) {
        case RD_KAFKA_RESP_ERR__TRANSPORT:
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__RESOLVE:
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
        case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION: return true;
        default: return false;
    }
}

}  // namespace

void set_property(rd_kafka_conf_t& configuration, const char* name, const std::string& value)
{
    std::array<char, 512> problem{};
    if (rd_kafka_conf_set(&configuration, name, value.c_str(), problem.data(), problem.size()) != RD_KAFKA_CONF_OK)
        throw invalid_request("Kafka property " + std::string(name) + "=" + value + ": " + problem.data());
}

auto make_configuration(const settings& settings, std::initializer_list<property> chosen) -> configuration_handle
{
    configuration_handle configuration(rd_kafka_conf_new());
    rd_kafka_conf_set_log_cb(configuration.get(), say_nothing);       // errors arrive as events and results
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

auto make_client(rd_kafka_type_t type, configuration_handle configuration) -> client_handle
{
    std::array<char, 512> problem{};
    client_handle client(rd_kafka_new(type, configuration.get(), problem.data(), problem.size()));
    if (!client) throw invalid_request(std::string("Kafka client: ") + problem.data());
    configuration.release();                                          // the client owns it now
    return client;
}

auto admin_options(rd_kafka_t& client, rd_kafka_admin_op_t operation) -> admin_options_handle
{
    admin_options_handle options(rd_kafka_AdminOptions_new(&client, operation));
    std::array<char, 256> problem{};
    rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(answer_timeout.count()), problem.data(),
                                              problem.size());
    return options;
}

auto answer_in(rd_kafka_queue_t& queue, const settings& settings, std::string_view tried) -> event_handle
{
    event_handle answer(rd_kafka_queue_poll(&queue, static_cast<int>(2 * answer_timeout.count())));
    if (!answer) throw unreachable(settings);
    if (const auto code = rd_kafka_event_error(answer.get()))
        throw_failure(settings, tried, code, rd_kafka_event_error_string(answer.get()));
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
        rd_kafka_destroy(consumer);
        ended->set_value();
    }).detach();
    waited.wait_for(std::chrono::seconds(2));
}

void throw_failure(const settings& settings, std::string_view tried, rd_kafka_resp_err_t code, std::string_view detail)
{
    if (is_unreachable(code)) throw unreachable(settings);
    const auto reason = detail.empty() ? std::string(rd_kafka_err2str(code)) : std::string(detail);
    const auto message = std::string(tried) + " at " + settings.bootstrap_servers + ": " + reason;
    if (is_transient(code)) throw unavailable(message);
    throw error(message);
}

auto unreachable(const settings& settings) -> unavailable
{
    return unavailable("no Kafka broker answers at " + settings.bootstrap_servers
                       + ". Start it, or name another with --kafka or ANNALS_KAFKA_BOOTSTRAP_SERVERS.");
}

}  // namespace annals::eventstore::kafka
