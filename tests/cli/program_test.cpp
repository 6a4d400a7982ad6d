// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

namespace annals::tests {
namespace {

auto run(const std::string& dsn, std::vector<std::string> words, const std::string& input = {}) -> outcome
{
    words.insert(words.begin(), ANNALS_PROGRAM);
    words.insert(words.end(), {"--dsn", dsn});
    return child(std::move(words), {{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}}, input).wait();
}

TEST_CASE("without a schema every verb says what to run, and migrate creates it")
{
    const empty_database database;
    for (const auto* verb : {"categories", "run", "processes", "jobs"}) {
        auto words = std::vector<std::string>{verb};
        if (words.front() == "jobs") words.emplace_back("list");
        const auto answer = run(database.dsn(), words);
        CHECK(answer.exit_code == 1);
        CHECK_MESSAGE(answer.err.find("annals migrate") != std::string::npos, answer.err);
    }
    CHECK(run(database.dsn(), {"migrate", "--status"}).exit_code == 3);
    CHECK(run(database.dsn(), {"migrate", "--dry-run"}).err.find("nothing was changed") != std::string::npos);
    CHECK(run(database.dsn(), {"migrate", "--status"}).exit_code == 3);
    const auto migrated = run(database.dsn(), {"migrate"});
    CHECK(migrated.exit_code == 0);
    CHECK(migrated.out.find("\nschema ") != std::string::npos);
    CHECK(run(database.dsn(), {"migrate", "--status"}).exit_code == 0);
    CHECK(run(database.dsn(), {"migrate"}).out.find("nothing to do") != std::string::npos);
}

TEST_CASE("names that need quotes in a query are printed with them when a projection is applied")
{
    const temporary_database database;
    const std::string text = "-- projection: patients\n-- version: 1\n-- categories: sample\n"
                             "create table \"PatientCounts\" (a int); create table plain (a int);\n"
                             "create table \"order\" (a int);\n-- apply: *\ndelete from plain;\n";
    const auto applied = run(database.dsn(), {"projections", "apply", "/dev/stdin"}, text);
    CHECK(applied.out == "patients version 1 is live: read.\"PatientCounts\", read.\"order\", read.plain\n");
    const auto refused =
        run(database.dsn(), {"projections", "apply", "/dev/stdin"}, text + "-- aply: b\ndelete from b;");
    CHECK(refused.exit_code == 2);
    CHECK_MESSAGE(refused.err.contains("/dev/stdin:8: there is no \"-- aply:\"; did you mean \"-- apply:\"?"),
                  refused.err);
}

TEST_CASE("an unsafe server gets no appends unless the user accepts it")
{
    const temporary_database database;
    libpq::connection(database.dsn()).execute("alter database " + database.name() + " set synchronous_commit = off");
    const auto refused = run(database.dsn(), {"append", "sample-S-1", "sample.created"});
    CHECK(refused.exit_code == 1);
    CHECK_MESSAGE(refused.err.find("synchronous_commit is off for the database") != std::string::npos, refused.err);
    CHECK_MESSAGE(refused.err.find("--unsafe") != std::string::npos, refused.err);
    CHECK(run(database.dsn(), {"categories", "--unsafe"}).err.starts_with("there is no category yet"));

    CHECK(run(database.dsn(), {"append", "sample-S-1", "sample.created", "--unsafe"}).exit_code == 0);
    CHECK(run(database.dsn(), {"append", "sample-S-1", "sample.created", "--set", "unsafe=true"}).exit_code == 0);
}

TEST_CASE("appended events can be read, by stream, log and category")
{
    const temporary_database database;
    const auto appended =
        run(database.dsn(), {"append", "sample-S-1", "sample.created", "-", "--expected", "none", "--json"},
            "{\"sample_type\":\n \"blood\"}");
    CHECK(appended.exit_code == 0);
    CHECK(appended.out
          == "{\"stream\": \"sample-S-1\", \"version\": 1, \"duplicate\": false, \"token\": \"sample/1@1\"}\n");

    for (const auto* what : {"sample-S-1", "sample/1", "sample"}) {
        const auto read = run(database.dsn(), {"read", what, "--json"});
        CHECK(read.exit_code == 0);
        CHECK(read.out.starts_with(
            "{\"stream\": \"sample-S-1\", \"version\": 1, \"log\": \"sample/1\", \"position\": 1, "));
        CHECK(read.out.find("\"data\": {\"sample_type\":  \"blood\"}") != std::string::npos);
    }
    const auto table = run(database.dsn(), {"read", "sample-S-1"});
    CHECK(table.out.starts_with("VERSION  TIME                      TYPE            DATA\n      1  "));
}

TEST_CASE("a conflict exits 1 with the actual version, and stores nothing")
{
    const temporary_database database;
    run(database.dsn(), {"append", "sample-S-1", "sample.created"});
    const auto conflict = run(database.dsn(), {"append", "sample-S-1", "sample.created", "--expected", "none"});
    CHECK(conflict.exit_code == 1);
    CHECK(conflict.err.find("sample-S-1 is at version 1, expected no stream") != std::string::npos);
    CHECK(run(database.dsn(), {"categories", "--json"}).out
          == "{\"category\": \"sample\", \"partitions\": 8, \"events\": 1, \"largest_log\": 1}\n");
}

TEST_CASE("an append sent again with its id is stored once")
{
    const temporary_database database;
    const std::vector<std::string> words{"append", "sample-S-1", "x", "--id", "01a1fd7d-c89c-7452-9fe0-536b1739ae91",
                                         "--json"};
    CHECK(run(database.dsn(), words).out.find("\"duplicate\": false") != std::string::npos);
    CHECK(run(database.dsn(), words).out.find("\"version\": 1, \"duplicate\": true") != std::string::npos);
    for (const auto& [option, value, differs] :
         {std::tuple{"--occurred-at", "2024-01-31T08:15:00Z", "time of occurrence"},
          {"--metadata", R"({"user_id": "ada"})", "metadata"}}) {
        auto changed = words;
        changed.insert(changed.end(), {option, value});
        const auto refused = run(database.dsn(), changed);
        CHECK(refused.exit_code == 1);
        CHECK(refused.err.find("was used in sample-S-1 already, and this differs: " + std::string(differs))
              != std::string::npos);
    }
}

TEST_CASE("an append under an idempotency key that was used for another one is refused, naming the first")
{
    const temporary_database database;
    const auto append = [&](const std::string& stream, const std::string& data) {
        return run(database.dsn(), {"append", stream, "x", data, "--idempotency-key", "order 7", "--json"});
    };
    CHECK(append("sample-S-1", "{}").out.find("\"duplicate\": false") != std::string::npos);
    CHECK(append("sample-S-1", "{}").out.find("\"duplicate\": true") != std::string::npos);
    for (const auto& refused : {append("sample-S-2", "{}"), append("sample-S-1", R"({"n": 1})")}) {
        CHECK(refused.exit_code == 1);
        CHECK(refused.err.find("\"order 7\" was used for another request already: sample-S-1 version 1")
              != std::string::npos);
    }
}

TEST_CASE("bad input is one message, and nothing is stored")
{
    const temporary_database database;
    CHECK(run(database.dsn(), {"append", "sample-S-1", "x", "[1]"}).exit_code == 2);
    CHECK(run(database.dsn(), {"append", "sample-S-1", "x", "{}", "--metadata", "1"}).exit_code == 2);
    CHECK(run(database.dsn(), {"append", "sample-S-1", "x", "--partitions", "3", "--expected", "7"}).exit_code == 1);
    CHECK(run(database.dsn(), {"categories", "--json"}).out.empty());

    CHECK(run(database.dsn(), {"append", "sample-S-1", "x", "--partitions", "3"}).exit_code == 0);
    const auto other = run(database.dsn(), {"append", "sample-S-1", "x", "--partitions", "4"});
    CHECK(other.exit_code == 1);
    CHECK(other.err.find("has 3 partitions, not 4") != std::string::npos);
    CHECK(run(database.dsn(), {"categories", "--json"}).out
          == "{\"category\": \"sample\", \"partitions\": 3, \"events\": 1, \"largest_log\": 1}\n");
}

TEST_CASE("missing things are named, with the name that was probably meant")
{
    const temporary_database database;
    run(database.dsn(), {"append", "sample-S-1", "x"});
    const auto stream = run(database.dsn(), {"read", "sample-S-2"});
    CHECK(stream.exit_code == 1);
    CHECK(stream.err == "annals: there is no stream sample-S-2\n  `annals read sample` shows what the category has\n");
    const auto category = run(database.dsn(), {"read", "smaple"});
    CHECK(category.exit_code == 1);
    CHECK(category.err == "annals: there is no category \"smaple\"\n  did you mean sample?\n");
    CHECK(run(database.dsn(), {"read", "sample/8"}).exit_code == 1);
    CHECK(run(database.dsn(), {"jobs", "show", "1"}).exit_code == 1);
}

}  // namespace
}  // namespace annals::tests
