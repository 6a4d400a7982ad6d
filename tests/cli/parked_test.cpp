// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/json.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace annals::tests {
namespace {

using namespace std::chrono_literals;

const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};

const std::string numbers = R"(-- projection: numbers
-- version: 1
-- categories: a
create table numbers (stream text, n int, version bigint);
-- apply: *
insert into numbers select stream, (data->>'n')::int, version from batch;
)";

/// A projection that cannot apply texts, and a worker.
struct installation {
    temporary_database database;
    std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("annals_parked_" + std::to_string(::getpid()));

    installation()
    {
        std::ofstream(file) << numbers;
        REQUIRE(run({"projections", "apply", file}).exit_code == 0);
        for (const auto* data : {R"({"n": 1})", R"({"n": "two"})", R"({"n": 3})"})
            REQUIRE(run({"append", "a-x", "t", data}).exit_code == 0);
        REQUIRE(run({"append", "a-y", "t", R"({"n": 4})"}).exit_code == 0);
    }
    ~installation() { std::filesystem::remove(file); }
    installation(const installation&) = delete;
    auto operator=(const installation&) -> installation& = delete;

    auto command(std::vector<std::string> words) const -> std::vector<std::string>
    {
        words.insert(words.begin(), ANNALS_PROGRAM);
        words.insert(words.end(), {"--dsn", database.dsn()});
        return words;
    }
    auto run(std::vector<std::string> words) const -> outcome
    {
        return child(command(std::move(words)), without_kafka).wait();
    }
    auto parked() const -> eventstore::json
    {
        auto found = eventstore::json::parse(run({"parked", "list", "--json"}).out, nullptr, false);
        return found.is_object() ? found : eventstore::json::object();
    }
    /// What a verb of `parked` lists, a row a key.
    auto listed(std::vector<std::string> words) const -> std::vector<eventstore::json>
    {
        words.insert(words.begin(), "parked");
        words.emplace_back("--json");
        std::istringstream lines(run(std::move(words)).out);
        std::vector<eventstore::json> all;
        for (std::string line; std::getline(lines, line);) all.push_back(eventstore::json::parse(line));
        return all;
    }
    /// Its streams, in order: `a-x a-y`.
    auto streams(std::vector<std::string> words) const -> std::string
    {
        std::string all;
        for (const auto& one : listed(std::move(words)))
            all += (all.empty() ? "" : " ") + one["stream"].get<std::string>();
        return all;
    }
    void append_text(const std::string& stream) const
    {
        REQUIRE(run({"append", stream, "t", R"({"n": "text"})"}).exit_code == 0);
    }
    void edit(const std::string& stream, const std::string& data) const
    {
        REQUIRE(run({"parked", "edit", "numbers", stream, "--data", data, "--reason", "a slip"}).exit_code == 0);
    }
    auto rows() const -> std::string
    {
        return libpq::connection(database.dsn())
            .query(
                "select coalesce(string_agg(stream || ' ' || n, ', ' order by stream, version), '') from read.numbers")
            .get<std::string>(0, 0);
    }
};

auto has(const outcome& answer, const std::string& words) -> bool
{
    return (answer.out + answer.err).find(words) != std::string::npos;
}

}  // namespace

TEST_CASE_FIXTURE(installation, "an operator sees what is parked, edits it, and has it applied in order")
{
    CHECK(run({"parked", "list"}).exit_code == 0);
    CHECK(has(run({"parked", "retry", "numbers"}), "nothing that fits is parked for numbers"));
    child worker(command({"work"}), without_kafka);
    CHECK(waited_until(30s, [&] { return parked().value("events", 0) == 2; }));
    const auto one = parked();
    CHECK(one["stream"] == "a-x");
    CHECK(one["reason"].get<std::string>().find("invalid input syntax for type integer: \"two\"") != std::string::npos);
    CHECK(waited_until(30s, [&] { return rows() == "a-x 1, a-y 4"; }));
    CHECK(run({"parked", "list"}).exit_code == 3);
    CHECK(run({"parked", "list", "--error", "division"}).exit_code == 0);
    CHECK(has(run({"doctor"}), "numbers version 1 has parked 2 events of 1 key"));
    CHECK(eventstore::json::parse(run({"projections", "list", "--json"}).out)["parked_events"] == 2);

    const auto shown = run({"parked", "show", "numbers", "a-x"});
    CHECK_MESSAGE(has(shown, R"({"n": "two"})"), shown.out);
    CHECK(has(run({"parked", "retry", "numbers", "--dry-run"}), "nothing was changed"));
    const auto again = run({"parked", "retry", "numbers"});
    CHECK(again.exit_code == 3);
    CHECK(parked()["attempts"] == 2);

    CHECK(run({"parked", "edit", "numbers", "a-x", "--data", "[2]", "--reason", "r"}).exit_code == 2);
    CHECK(run({"parked", "edit", "numbers", "a-x", "--data", R"({"n": 2})", "--reason", "a slip"}).exit_code == 0);
    const auto retried = run({"parked", "retry", "numbers", "a-x", "--reason", "it is well now"});
    CHECK_MESSAGE(retried.exit_code == 0, retried.err);
    CHECK(has(retried, "1 key is free"));
    CHECK(rows() == "a-x 1, a-x 2, a-x 3, a-y 4");
    CHECK(run({"parked", "list"}).exit_code == 0);

    const auto record = run({"jobs", "list", "--all", "--json"}).out;
    CHECK(record.find("a slip") != std::string::npos);
    CHECK(record.find(R"("data": {"n": 2})") != std::string::npos);
    worker.signal(SIGTERM);
    CHECK(worker.wait().exit_code == 0);
}

TEST_CASE_FIXTURE(installation, "a discard needs a projection and a parked key, and is done when a worker runs")
{
    {
        child worker(command({"work"}), without_kafka);
        CHECK(waited_until(30s, [&] { return parked().value("events", 0) == 2; }));
        worker.signal(SIGTERM);
        CHECK(worker.wait().exit_code == 0);
    }
    const auto unknown = run({"parked", "discard", "number", "a-x", "--reason", "r"});
    CHECK(unknown.exit_code == 1);
    CHECK(has(unknown, "there is no projection \"number\""));
    CHECK(has(unknown, "numbers"));
    CHECK(has(run({"parked", "discard", "numbers", "a-y", "--reason", "r"}), "a-y is not parked for numbers"));
    CHECK(waited_until(
        30s, [&] { return eventstore::json::parse(run({"projections", "list", "--json"}).out)["state"] == "idle"; }));
    const auto asked = run({"parked", "discard", "numbers", "a-x", "--reason", "a test"});
    CHECK(asked.exit_code == 0);
    CHECK_MESSAGE(has(asked, "no process works on numbers: it is done when one does"), asked.err);
    child worker(command({"work"}), without_kafka);
    CHECK(waited_until(30s, [&] { return rows() == "a-x 1, a-x 3, a-y 4"; }));
    worker.signal(SIGTERM);
    CHECK(worker.wait().exit_code == 0);
}

TEST_CASE_FIXTURE(installation, "keys are chosen by the time since which they are parked")
{
    child worker(command({"work"}), without_kafka);
    CHECK(waited_until(30s, [&] { return streams({"list"}) == "a-x"; }));
    append_text("a-z");
    REQUIRE(waited_until(30s, [&] { return streams({"list"}) == "a-x a-z"; }));
    const auto later = listed({"list"})[1]["since"].get<std::string>();
    CHECK(streams({"list", "--since", later}) == "a-z");
    CHECK(streams({"list", "--before", later}) == "a-x");
    CHECK(streams({"retry", "numbers", "--since", later, "--dry-run"}) == "a-z");
    const auto bad = run({"parked", "retry", "numbers", "--since", "yesterday"});
    CHECK(bad.exit_code == 2);
    CHECK_MESSAGE(has(bad, "--since: "), bad.err);

    edit("a-x", R"({"n": 2})");
    edit("a-z", R"({"n": 5})");
    const auto retried = run({"parked", "retry", "numbers", "--since", later});
    CHECK(retried.exit_code == 0);
    CHECK_MESSAGE(has(retried, "1 key is free"), retried.err);
    CHECK(rows() == "a-x 1, a-y 4, a-z 5");
    CHECK(has(run({"parked", "retry", "numbers", "--since", later}), "nothing that fits is parked for numbers"));
    CHECK(run({"parked", "retry", "numbers", "--before", later}).exit_code == 0);
    CHECK(rows() == "a-x 1, a-x 2, a-x 3, a-y 4, a-z 5");
    worker.signal(SIGTERM);
    CHECK(worker.wait().exit_code == 0);
}

TEST_CASE_FIXTURE(installation, "a retry at a rate asks for so many keys a second, and in the end for all of them")
{
    for (const auto* stream : {"a-p", "a-q", "a-r"}) append_text(stream);
    {
        child worker(command({"work"}), without_kafka);
        CHECK(waited_until(30s, [&] { return listed({"list"}).size() == 4; }));
        worker.signal(SIGTERM);
        CHECK(worker.wait().exit_code == 0);
    }
    const auto began = std::chrono::steady_clock::now();
    const auto asked = run({"parked", "retry", "numbers", "--rate", "1", "--no-wait"});
    CHECK(std::chrono::steady_clock::now() - began > 3s);
    CHECK_MESSAGE(asked.exit_code == 0, asked.err);
    for (const auto& one : listed({"list"})) CHECK(one["request"] == "retry");
    CHECK(run({"parked", "retry", "numbers", "--rate", "0"}).exit_code == 2);
}

}  // namespace annals::tests
