// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/append/transactional_append.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/migrations/migrate.hpp>
#include <annals/processors/model_connection.hpp>
#include <tests/processors/refusal_of.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <vector>

using namespace annals;
using libpq::connection;
using processors::tests::refusal_of;

namespace {

/// Variables of this process, for as long as it lives.
struct environment {
    explicit environment(std::map<std::string, std::string> set) : variables(std::move(set))
    {
        for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
    }
    ~environment()
    {
        for (const auto& [name, value] : variables) ::unsetenv(name.c_str());
    }
    environment(const environment&) = delete;
    auto operator=(const environment&) -> environment& = delete;

    std::map<std::string, std::string> variables;
};

/// Settings of someone with other wishes, and what the session must have all the same.
struct told {
    std::string name, otherwise, meant;
};
const std::vector<told> settings{
    {"client_encoding", "LATIN1", "UTF8"},
    {"timezone", "Pacific/Apia", "UTC"},
    {"datestyle", "German", "ISO, MDY"},
    {"intervalstyle", "iso_8601", "postgres"},
    {"extra_float_digits", "-5", "1"},
    {"bytea_output", "escape", "hex"},
    {"standard_conforming_strings", "off", "on"},
    {"array_nulls", "off", "on"},
    {"transform_null_equals", "on", "off"},
    {"default_transaction_isolation", "serializable", "read committed"},
    {"jit", "on", "off"},
    {"idle_session_timeout", "1s", "0"},
    {"idle_in_transaction_session_timeout", "0", "5s"},
    {"client_connection_check_interval", "0", "2s"},
};

void check_both_kinds_of_session(const std::string& dsn)
{
    connection one(dsn, "test");
    auto other = processors::open_model_connection(dsn, "test");
    pqxx::nontransaction tx(other);
    for (const auto& [name, otherwise, meant] : settings) {
        CAPTURE(name);
        CHECK(one.query("select current_setting('" + name + "')").get<std::string>(0, 0) == meant);
        CHECK(tx.query_value<std::string>("select current_setting('" + name + "')") == meant);
    }
    constexpr auto path = "select current_setting('search_path')";
    CHECK(one.query(path).get<std::string>(0, 0) == "pg_catalog, pg_temp");
    CHECK(tx.query_value<std::string>(path) == "\"$user\", public, pg_temp");
    const std::string text = "é€😀";
    CHECK(one.query("select length('" + text + "')").get<std::int32_t>(0, 0) == 3);
    CHECK(tx.query_value<std::string>("select '" + text + "' || length('" + text + "')") == text + "3");
}

/// A database of another encoding, which no template of ours has.
struct latin_database {
    latin_database()
    {
        connection("").execute("create database " + name
                               + " encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0");
    }
    ~latin_database() { connection("").execute("drop database " + name + " with (force)"); }
    latin_database(const latin_database&) = delete;
    auto operator=(const latin_database&) -> latin_database& = delete;

    std::string name = "annals_test_latin_" + std::to_string(::getpid());
    std::string dsn = "dbname=" + name;
};

}  // namespace

TEST_CASE("a session means the same whatever the environment says")
{
    const tests::temporary_database database;
    std::string options = " -c search_path=nowhere";
    for (const auto& [name, otherwise, meant] : settings) options += " -c " + name + "=" + otherwise;
    const environment told(
        {{"PGCLIENTENCODING", "LATIN1"}, {"PGTZ", "Asia/Tokyo"}, {"PGDATESTYLE", "German"}, {"PGOPTIONS", options}});
    check_both_kinds_of_session(database.dsn());
}

TEST_CASE("a session means the same whatever its database and its DSN say")
{
    const tests::temporary_database database;
    connection("").execute("alter database " + database.name() + " set search_path = nowhere");
    for (const auto& [name, otherwise, meant] : settings)
        connection("").execute("alter database " + database.name() + " set " + name + " = '" + otherwise + "'");
    check_both_kinds_of_session(database.dsn() + " client_encoding=LATIN1");
}

TEST_CASE("pg_stat_activity says which process of which program a session is, and for which part")
{
    const tests::temporary_database database;
    connection one(database.dsn(), "listener");
    const auto shown = one.query("select current_setting('application_name')").get<std::string>(0, 0);
    CHECK(shown.starts_with(program_invocation_short_name + std::string(" listener ") + std::to_string(::getpid())
                            + "@"));
}

TEST_CASE("a database that is not in UTF-8 is refused with one sentence, however it is opened")
{
    const latin_database database;
    for (const auto& refused : {refusal_of([&] { migrations::migrate(database.dsn); }),
                                refusal_of([&] { eventstore::postgres::open_store({.dsn = database.dsn}); }),
                                refusal_of([&] { processors::open_model_connection(database.dsn, "test"); })}) {
        CHECK_MESSAGE(refused.find(database.name + " at ") != std::string::npos, refused);
        CHECK_MESSAGE(refused.find("has the encoding LATIN1, and annals needs UTF8") != std::string::npos, refused);
    }
}

TEST_CASE("an append in a caller's transaction is refused where the session would garble it")
{
    const tests::temporary_database database;
    pqxx::connection own(database.dsn() + " client_encoding=LATIN1");
    pqxx::work tx(own);
    const eventstore::append_request request{
        .streams = {{{"a", "é"}, eventstore::expected_version::any(), {{.type = "t"}}}}};
    CHECK_THROWS_AS(eventstore::postgres::append(tx, request), eventstore::invalid_request);
    tx.exec("set client_encoding = 'UTF8'");
    CHECK(eventstore::postgres::append(tx, request).has_value());
}
