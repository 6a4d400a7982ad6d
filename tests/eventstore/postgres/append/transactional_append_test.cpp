// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/append/transactional_append.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

using namespace annals;
using namespace annals::eventstore;

namespace {

const stream_id ledger{"ledger", "L-1"};

auto to_ledger(expected_version expected) -> append_request
{
    return {.streams = {{ledger, expected, {{.type = "paid", .data = R"({"amount":5})"}}}}};
}

}  // namespace

TEST_CASE("an append in a caller's transaction is there with the caller's own rows, or not at all")
{
    const tests::temporary_database database;
    const auto store = postgres::open_store({.dsn = database.dsn()});
    pqxx::connection link(database.dsn());
    pqxx::nontransaction(link).exec("create table payments (amount int)");
    for (const bool commits : {false, true}) {
        pqxx::work transaction(link);
        transaction.exec("insert into payments values (5)");
        const auto result = postgres::append(transaction, to_ledger(expected_version::no_stream()));
        REQUIRE(result.has_value());
        CHECK(result->streams.at(0).first_position == log_position{1});
        if (commits) transaction.commit();
        else transaction.abort();
        CHECK(store->read(ledger).size() == (commits ? 1 : 0));
    }
    CHECK(pqxx::nontransaction(link).query_value<int>("select count(*) from payments") == 1);
}

TEST_CASE("bad input is refused before it reaches the caller's transaction, which stays usable")
{
    const tests::temporary_database database;
    pqxx::connection link(database.dsn());
    pqxx::work transaction(link);
    auto bad = to_ledger(expected_version::any());
    bad.streams.front().events.front().data = "[]";
    CHECK_THROWS_AS(postgres::append(transaction, bad), invalid_request);
    CHECK(transaction.query_value<int>("select count(*) from annals.events") == 0);
    REQUIRE(postgres::append(transaction, to_ledger(expected_version::no_stream())));
    transaction.commit();
}

TEST_CASE("a conflict leaves the caller's transaction usable")
{
    const tests::temporary_database database;
    pqxx::connection link(database.dsn());
    pqxx::work transaction(link);
    REQUIRE(postgres::append(transaction, to_ledger(expected_version::no_stream())));
    const auto stale = postgres::append(transaction, to_ledger(expected_version::exactly({7})));
    REQUIRE_FALSE(stale);
    CHECK(to_string(stale.error()) == "conflict: ledger-L-1 is at version 1, expected version 7");
    REQUIRE(postgres::append(transaction, to_ledger(expected_version::exists())));
    transaction.commit();
}

TEST_CASE("an idempotency key gives the first result in a caller's transaction too")
{
    const tests::temporary_database database;
    pqxx::connection link(database.dsn());
    pqxx::work transaction(link);
    auto request = to_ledger(expected_version::any());
    request.idempotency_key = "payment 7";
    REQUIRE(postgres::append(transaction, request));
    request.streams[0].events[0].id = new_uuid();
    const auto again = postgres::append(transaction, request);
    REQUIRE(again);
    CHECK(again->duplicate);
    CHECK(again->streams.at(0).last_version == stream_version{1});
    CHECK(to_string(again->streams.at(0).stream) == "ledger-L-1");
    request.streams[0].events[0].data = R"({"amount":6})";
    const auto other = postgres::append(transaction, request);
    REQUIRE_FALSE(other);
    CHECK(to_string(other.error())
          == "the idempotency key \"payment 7\" was used for another request already: ledger-L-1 version 1; a new "
             "request needs a new key");
    CHECK(transaction.query_value<int>("select count(*) from annals.events") == 1);
}

TEST_CASE("an event id that comes back with another time is refused in a caller's transaction too")
{
    const tests::temporary_database database;
    pqxx::connection link(database.dsn());
    pqxx::work transaction(link);
    auto request = to_ledger(expected_version::no_stream());
    REQUIRE(postgres::append(transaction, request));
    const auto again = postgres::append(transaction, request);
    REQUIRE(again);
    CHECK(again->duplicate);
    request.streams[0].events[0].occurred_at = now();
    const auto other = postgres::append(transaction, request);
    REQUIRE_FALSE(other);
    CHECK(std::get<event_id_reused>(other.error()).differs == "time of occurrence");
}

TEST_CASE("an append in a transaction is on disk when confirmed, whatever its session had switched off")
{
    const tests::temporary_database database;
    pqxx::connection link(database.dsn());
    pqxx::nontransaction(link).exec("set synchronous_commit = off");
    constexpr auto setting = "select current_setting('synchronous_commit')";
    {
        pqxx::work transaction(link);
        REQUIRE(transaction.query_value<std::string>(setting) == "off");
        REQUIRE(postgres::append(transaction, to_ledger(expected_version::any())));
        CHECK(transaction.query_value<std::string>(setting) == "on");
        transaction.commit();
    }
    CHECK(pqxx::nontransaction(link).query_value<std::string>(setting) == "off");
}

TEST_CASE("an append refuses a transaction that would not see others' commits")
{
    const tests::temporary_database database;
    pqxx::connection link(database.dsn());
    pqxx::transaction<pqxx::isolation_level::repeatable_read> transaction(link);
    try {
        (void)postgres::append(transaction, to_ledger(expected_version::any()));
        FAIL("it was not refused");
    } catch (const pqxx::sql_error& problem) {
        CHECK(problem.sqlstate() == "25001");
    }
}
