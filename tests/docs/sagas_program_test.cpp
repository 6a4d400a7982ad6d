// SPDX-License-Identifier: Apache-2.0
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <csignal>

/// The program of docs/guide/first-saga.md, as its reader runs it.
namespace annals::tests {
namespace {

const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};

struct trips {
    temporary_database database;

    auto command(std::vector<std::string> words) const -> std::vector<std::string>
    {
        words.insert(words.begin(), ANNALS_TRIPS);
        words.insert(words.end(), {"--dsn", database.dsn()});
        return words;
    }
    auto run(std::vector<std::string> words) const -> outcome
    {
        return child(command(std::move(words)), without_kafka).wait();
    }
};

}  // namespace

TEST_CASE_FIXTURE(trips, "a cheap trip is completed, and one that is too dear is undone")
{
    child worker(command({"run"}), without_kafka);
    worker.wait_for_words("started");
    const auto cheap = run({"sagas", "start", "trip", "T-1", "--context", R"({"price": 300})", "--wait", "30"});
    CHECK(cheap.exit_code == 0);
    CHECK(run({"sagas", "show", "T-1"}).out.contains("completed"));
    run({"sagas", "start", "trip", "T-2", "--context", R"({"price": 2000})", "--wait", "30"});
    const auto shown = run({"sagas", "show", "T-2"}).out;
    CHECK(shown.contains("compensated"));
    CHECK(shown.contains("the card allows 1000"));
    CHECK(shown.contains("cancel_flight: done"));
    CHECK(shown.contains("cancel_hotel: done"));
    CHECK(run({"sagas", "start", "trip", "T-2"}).exit_code == 1);
    worker.signal(SIGTERM);
    CHECK(worker.wait().exit_code == 0);
}

}  // namespace annals::tests
