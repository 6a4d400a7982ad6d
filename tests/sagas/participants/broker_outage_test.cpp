// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/private_server.hpp>
#include <tests/sagas/participants/storage_service.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

TEST_CASE("sagas go on after Kafka was away for some seconds, and each step has its effect once")
{
    const private_server broker("kafka");
    auto settings = broker_settings();
    settings.bootstrap_servers = broker.at("ANNALS_KAFKA_BOOTSTRAP_SERVERS");
    const temporary_database log;
    const storage_service storage(settings);
    const running_orchestrator runs(log.dsn(), {storage_order()}, storage.participant());
    sagas::client client(log.dsn());
    const auto id = [](int i) { return "S-" + std::to_string(i); };
    client.start({"order", id(0)});
    REQUIRE(client.wait_for_end({"order", id(0)}, 60s) == "completed");

    for (int i = 1; i < 20; ++i) client.start({"order", id(i)}, {{"slow_ms", 50}});
    broker.kill();
    for (int i = 20; i < 40; ++i) client.start({"order", id(i)});
    nothing_for(12s);
    CHECK(client.status({"order", id(39)}) == "running");
    broker.start();
    const auto back = std::chrono::steady_clock::now();
    for (int i = 0; i < 40; ++i) {
        CAPTURE(id(i));
        CHECK(client.wait_for_end({"order", id(i)}, 60s) == "completed");
        CHECK(storage.effects(id(i)) == "charge report reserve");
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - back;
    MESSAGE("all are completed ", took.count(), " s after the broker is back");
}
