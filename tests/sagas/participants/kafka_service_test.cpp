// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/participants/storage_service.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

TEST_CASE("a saga whose service is another process is completed, and its steps see each other's results")
{
    const temporary_database log;
    const storage_service storage;
    const running_orchestrator runs(log.dsn(), {storage_order()}, storage.participant());
    sagas::client client(log.dsn());
    client.start({"order", "S-1"}, {{"volume", 4}});
    CHECK(client.wait_for_end({"order", "S-1"}, 30s) == "completed");
    CHECK(storage.effects("S-1") == "charge report reserve");
    pqxx::connection link(log.dsn());
    CHECK(pqxx::nontransaction(link).query_value<std::string>(
              "select result ->> 'knows' from annals.saga_steps where step = 'charge'")
          == R"({"reserve": {"by": "reserve", "knows": {}}})");
}

TEST_CASE("a saga whose service refuses a step is undone there")
{
    const temporary_database log;
    const storage_service storage;
    const running_orchestrator runs(log.dsn(), {storage_order()}, storage.participant());
    sagas::client client(log.dsn());
    client.start({"order", "S-1"}, {{"refuse", "report"}});
    CHECK(client.wait_for_end({"order", "S-1"}, 30s) == "compensated");
    CHECK(storage.effects("S-1") == "charge refund release reserve");
    pqxx::connection link(log.dsn());
    CHECK(pqxx::nontransaction(link).query_value<std::string>("select error from annals.saga_states")
          == "report: no report");
}

TEST_CASE("each step of a saga has its effect once while the service's processes are killed")
{
    const temporary_database log;
    storage_service storage;
    storage.start();
    const running_orchestrator runs(log.dsn(), {storage_order(2s)}, storage.participant());
    sagas::client client(log.dsn());
    constexpr int sagas = 120;
    const auto id = [](int i) { return "S-" + std::to_string(i); };
    std::minstd_rand random(std::random_device{}());
    for (int i = 0; i < sagas; ++i) {
        client.start({"order", id(i)}, {{"refuse", i % 3 == 0 ? "report" : ""}, {"slow_ms", 20}});
        if (i % 20 != 19) continue;
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 500));
        storage.processes[random() % 2]->restart();
    }
    std::map<std::string, int> ended;
    for (int i = 0; i < sagas; ++i) {
        CAPTURE(id(i));
        const auto status = client.wait_for_end({"order", id(i)}, 90s);
        CHECK(status == (i % 3 == 0 ? "compensated" : "completed"));
        CHECK(storage.effects(id(i)) == (i % 3 == 0 ? "charge refund release reserve" : "charge report reserve"));
    }
}
