// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>

namespace annals::tests {
namespace {

auto command(const std::string& dsn, std::vector<std::string> words) -> std::vector<std::string>
{
    words.insert(words.begin(), ANNALS_PROGRAM);
    words.insert(words.end(), {"--dsn", dsn});
    return words;
}

auto run(const std::string& dsn, std::vector<std::string> words) -> outcome
{
    return child(command(dsn, std::move(words))).wait();
}

void append(const temporary_database& to, const std::string& stream, const std::string& type)
{
    REQUIRE(run(to.dsn(), {"append", stream, type}).exit_code == 0);
}

auto stopped_by(int signal, child& tail) -> outcome
{
    tail.signal(signal);
    return tail.wait(std::chrono::seconds{10});
}

/// The end of every line that was shown: type and data.
auto shown(const std::string& lines) -> std::string
{
    std::string types;
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
        const auto line = lines.substr(at, lines.find('\n', at) - at);
        const auto end = line.rfind("  ");
        const auto begin = line.rfind("  ", end - 1) + 2;
        types += line.substr(begin, end - begin) + ' ';
    }
    return types;
}

TEST_CASE("tail shows events appended while it runs, and none from before")
{
    const temporary_database database;
    append(database, "sample-S-1", "before");
    child tail(command(database.dsn(), {"tail"}));
    tail.wait_for_words("waiting for events");
    append(database, "sample-S-1", "after");
    append(database, "visit-7", "in.a.new.category");
    tail.wait_for_data("in.a.new.category");

    const auto ended = stopped_by(SIGINT, tail);
    CHECK(ended.exit_code == 0);
    CHECK(shown(ended.out) == "after in.a.new.category ");
}

TEST_CASE("tail begins at the given place, follows the given streams, and shows the types asked for")
{
    const temporary_database database;
    for (const auto* type : {"one", "two", "three"}) append(database, "sample-S-1", type);
    append(database, "sample-S-2", "other.stream");
    child tail(command(database.dsn(), {"tail", "sample-S-1", "--from-version", "2", "--type", "t*", "--json"}));
    CHECK(tail.wait(std::chrono::seconds{10}).exit_code == 2);

    child two(command(database.dsn(), {"tail", "sample-S-1", "--from-version", "2", "--type", "three", "--json"}));
    two.wait_for_data("\"type\": \"three\"");
    append(database, "sample-S-1", "four");
    append(database, "sample-S-1", "three");
    two.wait_for_data("\"version\": 5");
    const auto ended = stopped_by(SIGTERM, two);
    CHECK(ended.exit_code == 0);
    CHECK(ended.out.starts_with("{\"stream\": \"sample-S-1\", \"version\": 3, "));
    CHECK(std::ranges::count(ended.out, '\n') == 2);
}

TEST_CASE("tail ends with 0 when its output is closed")
{
    const temporary_database database;
    append(database, "sample-S-1", "x");
    const std::string line =
        std::string(ANNALS_PROGRAM) + " tail sample-S-1 --from-version 1 --dsn '" + database.dsn() + "' | head -n 1";
    child pipe({"/bin/bash", "-c", "set -o pipefail; " + line});
    const auto ended = pipe.wait(std::chrono::seconds{20});
    CHECK(ended.exit_code == 0);
    CHECK(shown(ended.out) == "x ");
}

TEST_CASE("tail survives the loss of its sessions: nothing is left out, nothing is shown twice")
{
    const temporary_database database;
    append(database, "sample-S-1", "one");
    child tail(command(database.dsn(), {"tail", "sample", "--after", "sample/0@0"}));
    tail.wait_for_data("one");
    libpq::connection(database.dsn())
        .execute("select pg_terminate_backend(pid) from pg_stat_activity "
                 "where datname = current_database() and pid <> pg_backend_pid()");
    append(database, "sample-S-1", "two");
    tail.wait_for_data("two");
    const auto ended = stopped_by(SIGTERM, tail);
    CHECK(ended.exit_code == 0);
    CHECK(shown(ended.out) == "one two ");
}

TEST_CASE("tail names what does not exist")
{
    const temporary_database database;
    append(database, "sample-S-1", "x");
    const auto category = run(database.dsn(), {"tail", "smaple"});
    CHECK(category.exit_code == 1);
    CHECK(category.err == "annals: there is no category \"smaple\"\n  did you mean sample?\n");
    const auto time = run(database.dsn(), {"tail", "sample", "--from-time", "now"});
    CHECK(time.exit_code == 2);
    CHECK(time.err == "annals: \"now\" is not a time: write RFC 3339, for example 2024-01-31T08:15:00Z\n");
}

}  // namespace
}  // namespace annals::tests
