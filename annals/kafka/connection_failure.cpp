// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/connection_failure.hpp>

#include <array>

namespace annals::kafka {
namespace {

constexpr auto start = "Start it, or name another with --kafka or ANNALS_KAFKA_BOOTSTRAP_SERVERS.";
constexpr auto set_protocol = "Set ANNALS_KAFKA_SECURITY_PROTOCOL to what this port speaks (plaintext, ssl, "
                              "sasl_plaintext or sasl_ssl), or name another port.";

/// Searched for in librdkafka's messages, in this order.
struct failure_explanation {
    std::string_view words;
    std::string_view reason;
    std::string_view to_do;
};

constexpr std::array failures{
    failure_explanation{"Connection refused", "the connection was refused: nothing listens there",
                        "Start it (its log says why it ended; a full disk ends a broker), or name another with --kafka "
                        "or ANNALS_KAFKA_BOOTSTRAP_SERVERS."},
    failure_explanation{"Failed to resolve", "the name of the host is not known",
                        "Check the name in --kafka or ANNALS_KAFKA_BOOTSTRAP_SERVERS, and the names that the broker "
                        "advertises."},
    failure_explanation{
        "certificate verify failed",
        "TLS failed: the broker's certificate is not signed by a CA that is trusted here, or is not for this "
        "name",
        "Set ANNALS_KAFKA_SSL_CA_LOCATION to the CA's certificate, and use the host name that is in the broker's."},
    failure_explanation{"wrong version number", "TLS failed: this port does not speak TLS", set_protocol},
    failure_explanation{"PLAINTEXT broker listener", "TLS failed: this port does not speak TLS", set_protocol},
    failure_explanation{"unexpected eof while reading",
                        "TLS failed: the broker closed the connection, as a port without TLS does", set_protocol},
    failure_explanation{"connecting to a SSL listener",
                        "the broker closed a plain connection: the port seems to use TLS", set_protocol},
    failure_explanation{"Invalid response size", "the answer is not Kafka's: the port seems to use TLS", set_protocol},
    failure_explanation{"might require SASL", "the broker closed the connection: it may need a login (SASL)",
                        set_protocol},
    failure_explanation{"Unsupported SASL mechanism",
                        "the login (SASL) uses a mechanism that the broker does not offer",
                        "Set ANNALS_KAFKA_SASL_MECHANISM to one that it offers."},
    failure_explanation{"not valid in current SASL state", "this port takes no login (SASL)", set_protocol},
    failure_explanation{"SASL", "the login (SASL) was refused",
                        "Check ANNALS_KAFKA_SASL_USERNAME and ANNALS_KAFKA_SASL_PASSWORD."},
    failure_explanation{"SSL", "TLS failed",
                        "Check ANNALS_KAFKA_SECURITY_PROTOCOL and the ANNALS_KAFKA_SSL_… properties."},
    failure_explanation{"timed out", "the connection timed out", start},
};

/// Without the thread before it and the time after it.
auto bare(std::string_view logged) -> std::string
{
    if (const auto thread = logged.find("]: "); logged.starts_with("[thrd:") && thread != std::string_view::npos)
        logged.remove_prefix(thread + 3);
    if (const auto server = logged.find(": "); server != std::string_view::npos) logged.remove_prefix(server + 2);
    return std::string(logged.substr(0, logged.rfind(" (after ")));
}

}  // namespace

auto explain_connection(std::string_view logged) -> connection_failure
{
    if (logged.empty()) return {{}, start};
    for (const auto& [words, reason, to_do] : failures)
        if (logged.contains(words))
            return {std::string(reason) + (words == "Connection refused" ? "" : " (" + bare(logged) + ")"),
                    std::string(to_do)};
    return {bare(logged), start};
}

}  // namespace annals::kafka
