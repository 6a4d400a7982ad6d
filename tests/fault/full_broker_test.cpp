// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/flow.hpp>
#include <tests/fault/private_server.hpp>
#include <tests/fault/runner/small_disk.hpp>
#include <tests/kafka/broker.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

using namespace annals::tests;
using namespace std::chrono_literals;

/// Covers: a broker with one folder of data, which ends when that is full. Not covered: one of several folders, or one
/// of several brokers, which goes on without it.
TEST_CASE("when a broker's disk is full, appends go on, and when there is space again, publishing does")
{
    const annals::fault_runs::small_disk disk;           // before there is a second thread
    if (!disk.why_not().empty()) {
        MESSAGE("skipped: no small disk here: " << disk.why_not());
        return;
    }
    const private_server kafka("kafka", "", "log.dirs=" + disk.folder());
    const temporary_database database;
    auto broker = broker_settings();
    broker.bootstrap_servers = kafka.at("ANNALS_KAFKA_BOOTSTRAP_SERVERS");
    flow flow({database.dsn(), broker}, seed());
    flow.append(500, 1ms).get();
    REQUIRE(flow.difference_in_rows() == "");

    disk.fill();
    auto appending = flow.append(2000, 10ms);
    for (const auto at : {0, 2}) flow.processes().at(at)->wait_for_words("no Kafka broker answers at");
    for (const auto at : {0, 2}) flow.processes().at(at)->wait_for_words("a full disk ends a broker");
    appending.get();
    CHECK(flow.difference_in_rows() == "");
    disk.free();
    kafka.start();
    CHECK(flow.fault_found() == "");
}
