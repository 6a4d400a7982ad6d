// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/testing/database/temporary_database.hpp>
#include <tests/support/child.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <string>

using annals::libpq::connection, annals::libpq::parameters;
using annals::testing::temporary_database;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

auto exists(const std::string& name) -> bool
{
    return !connection("")
                .query("select from pg_database where datname = $1", parameters::of(std::string_view(name)))
                .empty();
}

/// The database of a running test program.
auto database_of(child& test) -> std::string
{
    test.wait_for_data("\n");
    const auto said = test.output();
    return said.substr(0, said.find('\n'));
}

}  // namespace

TEST_CASE("a temporary database has the schema, and is gone afterwards, also with a session left open")
{
    std::string name;
    std::optional<connection> session;
    {
        const temporary_database database;
        name = database.name();
        session.emplace(database.dsn());
        CHECK_FALSE(session->query("select from annals.migrations").empty());
        CHECK(exists(name));
    }
    CHECK_FALSE(exists(name));
}

TEST_CASE("a temporary database can be made on a server that a connection string names")
{
    const std::string host = std::getenv("PGHOST"), port = std::getenv("PGPORT"), user = std::getenv("PGUSER");
    const auto uri = "postgresql://" + user + "@" + host + ":" + port + "/postgres?application_name=it%27s+a+test";
    const temporary_database database(uri);
    connection session(database.dsn());
    CHECK(session.query("select current_database()::text, current_setting('application_name')").get<std::string>(0, 0)
          == database.name());
    CHECK_THROWS_WITH_AS(temporary_database("host=127.0.0.1 port=1"),
                         doctest::Contains("a temporary database needs a PostgreSQL server"),
                         annals::eventstore::unavailable);
}

TEST_CASE("a template that was not used for a week is dropped by the next test, a newer one is not")
{
    const auto made = [](const std::string& name, const std::string& mark) {
        const auto whole = "annals_template_of_a_test_" + name;
        connection session("");
        session.execute("drop database if exists " + whole);
        session.execute("create database " + whole);
        if (!mark.empty()) session.execute("comment on database " + whole + " is '" + mark + "'");
        return whole;
    };
    const auto day_ago = [](int days) {
        return connection("")
            .query("select 'last used on ' || current_date - $1", parameters::of(std::int32_t{days}))
            .get<std::string>(0, 0);
    };
    const auto old = made("old", day_ago(8)), unmarked = made("unmarked", ""), recent = made("recent", day_ago(6));
    child next({ANNALS_KILLED_TEST});
    (void)database_of(next);
    CHECK_FALSE(exists(old));
    CHECK_FALSE(exists(unmarked));
    CHECK(exists(recent));
    next.signal(SIGKILL);
    (void)next.wait();
    connection("").execute("drop database " + recent);
}

TEST_CASE("the database of a killed test is dropped by the next test, that of a running one is not")
{
    child killed({ANNALS_KILLED_TEST}), running({ANNALS_KILLED_TEST});
    const auto left = database_of(killed), used = database_of(running);
    killed.signal(SIGKILL);
    (void)killed.wait();
    CHECK(waited_until(10s, [&] {
        child next({ANNALS_KILLED_TEST});
        (void)database_of(next);
        return !exists(left);
    }));
    CHECK(exists(used));
    running.signal(SIGKILL);
    (void)running.wait();
}
