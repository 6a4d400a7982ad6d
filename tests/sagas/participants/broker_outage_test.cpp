// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/private_server.hpp>
#include <tests/sagas/participants/some_request.hpp>
#include <tests/sagas/participants/storage_service.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <future>

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

TEST_CASE("a request that is made while Kafka is away is answered when it is back, without being asked for again")
{
    const private_server broker("kafka");
    auto settings = broker_settings();
    settings.bootstrap_servers = broker.at("ANNALS_KAFKA_BOOTSTRAP_SERVERS");
    const storage_service storage(settings);
    const auto ask = [](sagas::kafka_participant& service, const std::string& saga) {
        auto asked = some_request("reserve");
        asked.saga_id = saga;
        asked.idempotency_key = saga;
        asked.deadline = eventstore::now() + 2min;
        auto came = std::make_shared<std::promise<bool>>();
        service.ask(asked, [came](const sagas::outcome& how) { came->set_value(!how.error); });
        return came->get_future();
    };
    const auto is_done = [](std::future<bool> came) {
        return came.wait_for(90s) == std::future_status::ready && came.get();
    };
    sagas::kafka_participant before(storage.settings());
    REQUIRE(is_done(ask(before, "A")));
    broker.kill();
    sagas::kafka_participant meanwhile(storage.settings());
    auto second = ask(before, "B");
    auto third = ask(meanwhile, "C");
    nothing_for(7s);  // longer than a record waits in librdkafka
    broker.start();
    CHECK(is_done(std::move(second)));
    CHECK(is_done(std::move(third)));
    CHECK(storage.effects("B") == "reserve");
}
