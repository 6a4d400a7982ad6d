// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/migrations/migrate.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace annals;
using migrations::migration, migrations::run;
using libpq::connection;

namespace {

const std::vector<migration> two_files{
    {1, "0001_first.sql", "aa", "create table annals.first (n int)"},
    {2, "0002_second.sql", "bb", "create table annals.second (n int); insert into annals.second values (1)"},
};

auto message_of(const auto& act) -> std::string
{
    try {
        act();
    } catch (const eventstore::error& problem) {
        return problem.what();
    }
    return "nothing was thrown";
}

}  // namespace

TEST_CASE("missing migrations are applied once, in number order")
{
    const tests::empty_database database;
    const std::vector<migration> first{two_files[0]};
    CHECK(migrations::migrate(database.dsn(), run::for_real, first).size() == 1);
    const auto second = migrations::migrate(database.dsn(), run::for_real, two_files);
    REQUIRE(second.size() == 1);
    CHECK(second[0].name == "0002_second.sql");
    CHECK(second[0].applied_at.has_value());
    CHECK(migrations::migrate(database.dsn(), run::for_real, two_files).empty());
}

TEST_CASE("a dry run and the status change nothing")
{
    const tests::empty_database database;
    CHECK(migrations::migrate(database.dsn(), run::dry, two_files).size() == 2);
    const auto steps = migrations::status(database.dsn(), two_files);
    REQUIRE(steps.size() == 2);
    CHECK_FALSE(steps[0].applied_at.has_value());
    connection session(database.dsn());
    CHECK(session.query("select from pg_namespace where nspname = 'annals'").empty());
}

TEST_CASE("several processes that migrate together apply each file once")
{
    const tests::empty_database database;
    std::atomic<std::size_t> applied = 0;
    {
        std::vector<std::jthread> processes;
        for (int n = 0; n < 4; ++n)
            processes.emplace_back([&] { applied += migrations::migrate(database.dsn()).size(); });
    }
    CHECK(applied == migrations::embedded().size());
}

TEST_CASE("databases of one cluster can be migrated together, although they share their roles")
{
    const tests::empty_database databases[4];
    std::atomic<int> failures = 0;
    {
        std::vector<std::jthread> processes;
        for (const auto& database : databases)
            processes.emplace_back([&] {
                try {
                    migrations::migrate(database.dsn());
                } catch (const std::exception& problem) {
                    MESSAGE(problem.what());
                    ++failures;
                }
            });
    }
    CHECK(failures == 0);
}

TEST_CASE("a file that changed after it was applied is refused by name")
{
    const tests::empty_database database;
    migrations::migrate(database.dsn(), run::for_real, two_files);
    auto changed = two_files;
    changed[0].checksum = "cc";
    CHECK_THROWS_AS(migrations::migrate(database.dsn(), run::for_real, changed), eventstore::mismatch);
    CHECK(message_of([&] {
              migrations::status(database.dsn(), changed);
          }).starts_with("migration 0001_first.sql has changed"));
}

TEST_CASE("a schema newer than the program is refused by name")
{
    const tests::empty_database database;
    migrations::migrate(database.dsn(), run::for_real, two_files);
    const std::vector<migration> older{two_files[0]};
    CHECK_THROWS_AS(migrations::migrate(database.dsn(), run::for_real, older), eventstore::mismatch);
    CHECK(message_of([&] { migrations::migrate(database.dsn(), run::for_real, older); }).find("0002_second.sql")
          != std::string::npos);
}

TEST_CASE("a file that fails leaves nothing, and is named")
{
    const tests::empty_database database;
    auto broken = two_files;
    broken[1].sql = "create table annals.second (n int); select no_such_column";
    const auto message = message_of([&] { migrations::migrate(database.dsn(), run::for_real, broken); });
    CHECK(message.starts_with("migration 0002_second.sql failed"));
    const auto steps = migrations::status(database.dsn(), two_files);
    CHECK(steps[0].applied_at.has_value());
    CHECK_FALSE(steps[1].applied_at.has_value());
    CHECK(migrations::migrate(database.dsn(), run::for_real, two_files).size() == 1);
}

TEST_CASE("an unreachable server is unavailable, by host and port and without the password")
{
    const std::string dsn = "host=127.0.0.1 port=1 user=ada password=secret dbname=annals";
    CHECK_THROWS_AS(migrations::status(dsn), eventstore::unavailable);
    const auto message = message_of([&] { migrations::status(dsn); });
    CHECK(message.find("127.0.0.1:1") != std::string::npos);
    CHECK(message.find("secret") == std::string::npos);
    CHECK(message_of([] { migrations::status("host=here password='secret"); }).find("secret") == std::string::npos);
}
