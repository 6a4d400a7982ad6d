// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/private_server.hpp>
#include <tests/fault/runner/tcp_proxy.hpp>

#include <string>

namespace annals::tests {

/// A broker with a second door, which leads through a proxy. Who comes by it learns the proxy's address only. It looks
/// for records that are too old five times a second.
struct broker_of_two_doors {
    fault_runs::tcp_proxy proxy;
    int door = fault_runs::tcp_proxy().port();           // free a moment ago
    private_server server{"kafka", "", settings()};

    broker_of_two_doors() { proxy.lead_to(door); }

    /// One for all tests of a program.
    static auto of_this_program() -> broker_of_two_doors&
    {
        static broker_of_two_doors one;
        return one;
    }

    auto address() const -> const std::string& { return server.at("ANNALS_KAFKA_BOOTSTRAP_SERVERS"); }
    auto second_address() const -> std::string { return "127.0.0.1:" + std::to_string(proxy.port()); }

private:
    auto settings() const -> std::string
    {
        return "listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller},PROXIED://127.0.0.1:"
               + std::to_string(door) + "\nadvertised.listeners=PLAINTEXT://127.0.0.1:{broker},PROXIED://"
               + second_address()
               + "\nlistener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT"
                 "\nlog.initial.task.delay.ms=200\nlog.retention.check.interval.ms=200";
    }
};

}  // namespace annals::tests
