// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/topic.hpp>
#include <annals/migrations/migrate.hpp>
#include <tests/fault/flow.hpp>
#include <tests/fault/private_server.hpp>
#include <tests/kafka/broker.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t events = 20'000;

/// Does it three times while events flow, sometimes with time to recover in between.
void three_times_while_appending(flow& flow, auto break_something)
{
    auto appending = flow.append(events, 20ms);
    for (int time = 1; time <= 3; ++time) {
        std::this_thread::sleep_for(2s);                 // events flow; what was broken may have recovered or not
        break_something();
        if (time < 3) CHECK(flow.acknowledged() < events);
    }
    appending.get();
    CHECK(flow.acknowledged() == events);
}

auto dsn_of(const private_server& postgres) -> std::string
{
    return "host=" + postgres.at("PGHOST") + " port=" + postgres.at("PGPORT") + " user=" + postgres.at("PGUSER")
           + " dbname=" + postgres.at("PGDATABASE");
}

}  // namespace

/// Covers: a broker that crashes and comes back with its data. Not covered: one that loses data, or one of several.
TEST_CASE("a broker that is killed and started again while events flow")
{
    const temporary_database database;
    const private_server kafka("kafka");
    auto broker = broker_settings();
    broker.bootstrap_servers = kafka.at("ANNALS_KAFKA_BOOTSTRAP_SERVERS");
    flow flow({database.dsn(), broker}, seed());

    three_times_while_appending(flow, [&] {
        kafka.kill();
        std::this_thread::sleep_for(1s);                 // an outage that clients notice
        kafka.start();
    });
    CHECK(flow.fault_found() == "");
}

/// Covers: a server that crashes and recovers from its WAL, with appender, publishers and workers at the same time.
/// Not covered: power cuts (after SIGKILL the kernel keeps its pages, so fsync is not tested).
TEST_CASE("a PostgreSQL that is killed and started again while events flow")
{
    const private_server postgres("postgres");
    annals::migrations::migrate(dsn_of(postgres));
    flow flow({dsn_of(postgres), broker_settings()}, seed());

    three_times_while_appending(flow, [&] {
        postgres.kill();
        std::this_thread::sleep_for(500ms);              // an outage that clients notice
        postgres.start();
    });
    CHECK(flow.fault_found() == "");
}

/// Covers: a topic deleted under publishers and consumers; it is created and filled again.
/// Not covered: a topic that someone else creates again with other partitions or events. For one that is recreated
/// with events in flight see publisher_test.
TEST_CASE("a topic that is deleted while events flow")
{
    const temporary_database database;
    const auto broker = broker_settings();
    flow flow({database.dsn(), broker}, seed());
    const auto topic = annals::kafka::topic_of(broker, "faults");

    three_times_while_appending(flow, [&] {
        while (partitions_of(broker, topic) == 0) std::this_thread::sleep_for(100ms);
        delete_topic(broker, topic);
    });
    CHECK(flow.fault_found() == "");
}
