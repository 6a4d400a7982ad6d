// SPDX-License-Identifier: Apache-2.0
#include <annals/migrations/migrate.hpp>
#include <tests/fault/private_server.hpp>
#include <tests/support/child.hpp>
#include <tests/support/occurrences.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <map>
#include <string>
#include <thread>

using namespace annals::tests;
using namespace std::chrono_literals;

/// Covers: a server that crashes, is unreachable for some seconds and comes back, under a process with all parts but
/// Kafka.
TEST_CASE("an outage of PostgreSQL is logged twice: when it begins, and when it is over")
{
    const private_server postgres("postgres");
    const auto dsn = "host=" + postgres.at("PGHOST") + " port=" + postgres.at("PGPORT")
                     + " user=" + postgres.at("PGUSER") + " dbname=" + postgres.at("PGDATABASE");
    annals::migrations::migrate(dsn);
    const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};
    child({ANNALS_PROGRAM, "append", "faults-1", "added", "--dsn", dsn}, without_kafka).wait();
    child({ANNALS_PROGRAM, "projections", "apply", "tests/fault/running_totals.sql", "tests/fault/event_journal.sql",
           "--dsn", dsn},
          without_kafka)
        .wait();
    child process({ANNALS_PROGRAM, "run", "--dsn", dsn}, without_kafka);
    process.wait_for_words("started");
    std::this_thread::sleep_for(2s);  // by now all its parts have sessions; nothing shows the last one

    postgres.kill();
    process.wait_for_words("PostgreSQL is unreachable");
    std::this_thread::sleep_for(4s);  // an outage of some seconds
    postgres.start();
    process.wait_for_words("PostgreSQL is reachable again");
    nothing_for(6s);  // parts that notice late would have logged it
    process.signal(SIGTERM);
    const auto seen = process.wait();
    CHECK(seen.exit_code == 0);
    CHECK_MESSAGE(occurrences(seen.err, "PostgreSQL is unreachable") == 1, seen.err);
    CHECK_MESSAGE(occurrences(seen.err, "PostgreSQL is reachable again") == 1, seen.err);
    CHECK_MESSAGE(occurrences(seen.err, "Z warning") == 1, seen.err);
    CHECK_MESSAGE(occurrences(seen.err, "Z error") == 0, seen.err);
    CHECK_MESSAGE(occurrences(seen.err, "no way to tell") == 0, seen.err);
    CHECK_MESSAGE(occurrences(seen.err, "trying again") == 1, seen.err);
}
