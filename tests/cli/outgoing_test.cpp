// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/json.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <sstream>

namespace annals::tests {
namespace {

using namespace std::chrono_literals;
using eventstore::json;

const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};

/// The laboratory, whose night shift validates urgent samples.
struct installation {
    temporary_database database;

    installation() { start()->wait_for_words("started"); }   // from now on its process manager sees what comes

    auto command(std::vector<std::string> words) const -> std::vector<std::string>
    {
        words.insert(words.begin(), LABORATORY_PROGRAM);
        words.insert(words.end(), {"--dsn", database.dsn()});
        return words;
    }
    auto start() const -> std::unique_ptr<child>
    {
        return std::make_unique<child>(command({"work", "--from-log"}), without_kafka);
    }
    auto run(std::vector<std::string> words) const -> outcome
    {
        return child(command(std::move(words)), without_kafka).wait();
    }
    auto listed(std::vector<std::string> words) const -> std::vector<json>
    {
        words.insert(words.begin(), {"outgoing", "list", "--json"});
        std::istringstream lines(run(std::move(words)).out);
        std::vector<json> all;
        for (std::string line; std::getline(lines, line);) all.push_back(json::parse(line));
        return all;
    }
    auto refused() const -> std::vector<json> { return listed({"--state", "refused"}); }

    /// An urgent sample that is rejected before the night shift sees it.
    void reject_an_urgent_sample() const
    {
        constexpr auto urgent =
            R"({"barcode": "B-1", "sample_type": "blood", "patient_id": "P-1", "priority": "urgent"})";
        REQUIRE(run({"command", "sample-S-1", "create_sample", urgent}).exit_code == 0);
        REQUIRE(run({"command", "sample-S-1", "reject_sample", R"({"reason": "clotted"})"}).exit_code == 0);
    }
};

auto has(const outcome& answer, const std::string& words) -> bool
{
    return (answer.out + answer.err).find(words) != std::string::npos;
}

}  // namespace

TEST_CASE_FIXTURE(installation,
                  "an operator sees refused commands and deadlines, retries the ones and drops the others")
{
    const auto nothing = run({"outgoing", "list"});
    CHECK(nothing.exit_code == 0);
    CHECK(has(nothing, "nothing that fits is outgoing"));
    reject_an_urgent_sample();
    const auto worker = start();
    REQUIRE(waited_until(30s, [&] { return refused().size() == 1; }));
    CHECK(run({"outgoing", "list"}).exit_code == 3);
    CHECK(has(run({"doctor"}), "1 command of urgent_check was refused"));

    const auto both = listed({});
    REQUIRE(both.size() == 2);
    CHECK(both[0]["state"] == "refused");
    CHECK(both[0]["stream"] == "sample-S-1");
    CHECK(both[0]["command"] == "validate_sample");
    CHECK(both[0]["reason"] == "only an expected sample can be validated");
    CHECK(both[1]["state"] == "waiting");
    CHECK(both[1]["deadline"] == "begins");
    CHECK(run({"outgoing", "list", "--state", "waiting"}).exit_code == 0);
    CHECK(listed({"--error", "EXPECTED"}).size() == 1);
    CHECK(listed({"--process-manager", "another"}).empty());

    const auto first = both[0]["id"].dump(), waiting = both[1]["id"].dump();
    CHECK(has(run({"outgoing", "retry", first, "--reason", "it may pass"}), "1 command is due again"));
    CHECK(waited_until(30s, [&] { return refused().size() == 1 && refused().front()["attempts"] == 2; }));
    CHECK(has(run({"outgoing", "retry", "--all", "--error", "EXPECTED"}), "1 command is due again"));
    CHECK(waited_until(30s, [&] { return refused().size() == 1 && refused().front()["attempts"] == 3; }));
    CHECK(has(run({"outgoing", "retry", waiting}), "was not refused: it is waiting and is carried out by itself"));
    CHECK(run({"outgoing", "retry"}).exit_code == 2);

    CHECK(run({"outgoing", "drop", first}).exit_code == 2);
    CHECK(has(run({"outgoing", "drop", first, "--reason", "it is rejected"}), "is dropped"));
    CHECK(run({"outgoing", "drop", waiting, "--reason", "it is rejected"}).exit_code == 0);
    CHECK(listed({}).empty());
    CHECK(has(run({"outgoing", "drop", waiting, "--reason", "again"}), "there is no outgoing command"));
    const auto record = run({"jobs", "list", "--all", "--json"}).out;
    CHECK(record.find("it may pass") != std::string::npos);
    CHECK(record.find("it is rejected") != std::string::npos);
    CHECK(record.find(R"("command": "validate_sample")") != std::string::npos);
    worker->signal(SIGTERM);
    CHECK(worker->wait().exit_code == 0);
}

TEST_CASE_FIXTURE(installation, "a process manager that is removed leaves nothing outgoing")
{
    reject_an_urgent_sample();
    {
        const auto worker = start();
        REQUIRE(waited_until(30s, [&] { return listed({}).size() == 2 && refused().size() == 1; }));
    }
    REQUIRE(waited_until(30s, [&] { return run({"processors", "remove", "urgent_check", "--yes"}).exit_code == 0; }));
    CHECK(listed({}).empty());
}

TEST_CASE("a program that cannot carry out what its process managers send does not start")
{
    const temporary_database database;
    const auto started = child({UNNAMED_COMMAND_PROGRAM, "work", "--dsn", database.dsn()}, without_kafka).wait();
    CHECK(started.exit_code == 2);
    CHECK(started.err
          == "shop: a process manager sends close to order, and the program cannot carry that out: name the command "
             "with its aggregate, .aggregate<order, close>()\n");
}

}  // namespace annals::tests
