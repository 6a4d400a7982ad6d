// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/connection_failure.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace annals::kafka;

namespace {

/// What librdkafka 2.0.2 logs with a Kafka 3.9.1.
auto explained(const std::string& logged) -> std::string
{
    const auto [reason, to_do] =
        explain_connection("[thrd:ssl://kafka:9093/bootstrap]: ssl://kafka:9093/bootstrap: " + logged);
    return reason + ". " + to_do;
}

}  // namespace

TEST_CASE("a refused connection and an unknown host are told apart")
{
    CHECK(explained("Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)")
          == "the connection was refused: nothing listens there. Start it (its log says why it "
             "ended; a full disk ends a broker), or name another with --kafka or ANNALS_KAFKA_BOOTSTRAP_SERVERS.");
    CHECK(explained("Failed to resolve 'nohost:9092': Name or service not known (after 7ms in state CONNECT)")
              .starts_with("the name of the host is not known (Failed to resolve 'nohost:9092': Name or service not "
                           "known). Check the name"));
}

TEST_CASE("a certificate that is not trusted is named as such")
{
    const auto text = explained("SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker "
                                "certificate could not be verified, verify that ssl.ca.location is correctly "
                                "configured (after 529ms in state SSL_HANDSHAKE)");
    CHECK(text.starts_with("TLS failed: the broker's certificate is not signed by a CA that is trusted here"));
    CHECK(text.contains("ANNALS_KAFKA_SSL_CA_LOCATION"));
}

TEST_CASE("TLS to a plain port, and plain text to a TLS port, are named as such")
{
    for (const auto* logged :
         {"SSL handshake failed: error:0A000126:SSL routines::unexpected eof while reading (after 105ms in state X)",
          "SSL handshake failed: error:0A00010B:SSL routines::wrong version number (after 1ms in state X)",
          "SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener? (after 1ms in state X)"}) {
        const auto text = explained(logged);
        CHECK_MESSAGE(text.contains("TLS failed: "), text);
        CHECK_MESSAGE(text.contains("ANNALS_KAFKA_SECURITY_PROTOCOL"), text);
    }
    const auto plain = explained("Disconnected while requesting ApiVersion: might be caused by incorrect "
                                 "security.protocol configuration (connecting to a SSL listener?) (after 76ms in X)");
    CHECK(plain.starts_with("the broker closed a plain connection: the port seems to use TLS"));
    CHECK(plain.contains("ANNALS_KAFKA_SECURITY_PROTOCOL"));
}

TEST_CASE("a failed login says whether it is the password, the mechanism, or that no login is taken")
{
    CHECK(explained("SASL authentication error: Authentication failed: Invalid username or password (after 679ms in X)")
              .contains("the login (SASL) was refused (SASL authentication error: Authentication failed: Invalid "
                        "username or password). Check ANNALS_KAFKA_SASL_USERNAME"));
    CHECK(explained("SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's "
                    "supported mechanisms: PLAIN (after 308ms in state AUTH_HANDSHAKE)")
              .contains("a mechanism that the broker does not offer"));
    CHECK(explained("SASL PLAIN mechanism handshake failed: Broker: Request not valid in current SASL state: broker's "
                    "supported mechanisms:  (after 54ms in state AUTH_HANDSHAKE)")
              .starts_with("this port takes no login (SASL)"));
    CHECK(explained("Disconnected: verify that security.protocol is correctly configured, broker might require SASL "
                    "authentication (after 372ms in state UP)")
              .starts_with("the broker closed the connection: it may need a login (SASL)"));
}

TEST_CASE("an unknown failure is shown as it is, and none as nothing")
{
    CHECK(explained("Something new (after 3ms in state UP)").starts_with("Something new. "));
    CHECK(explain_connection("").reason == "");
}
