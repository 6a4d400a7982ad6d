// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/partition.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace annals;
using namespace annals::libpq;

namespace {

auto sqlstate_of(connection& session, const std::string& statement) -> std::string
{
    try {
        session.execute(statement);
    } catch (const statement_error& problem) {
        return problem.sqlstate();
    }
    return "00000";
}

}  // namespace

TEST_CASE("the server finds the same partition for a key as the library")
{
    const tests::temporary_database database;
    connection session(database.dsn());
    std::mt19937 random(7);                  // NOLINT: the same keys each time
    for (std::size_t length = 1; length <= 64; ++length) {
        std::string key;
        while (key.size() < length) key += static_cast<char>('!' + random() % 90);
        const auto found = session.query("select annals.partition_of($1, $2)", parameters::of(key, 1024));
        CHECK(found.get<std::int32_t>(0, 0) == eventstore::partition_of(key, 1024));
    }
}

TEST_CASE("a category that exists is not changed, and refused with another number of partitions")
{
    const tests::temporary_database database;
    connection session(database.dsn());
    session.execute("select annals.ensure_category('sample', 4); select annals.ensure_category('sample', 4)");
    CHECK(session.query("select from annals.logs where category = 'sample'").size() == 4);
    CHECK(sqlstate_of(session, "select annals.ensure_category('sample', 8)") == "LG001");
    CHECK(sqlstate_of(session, "select annals.ensure_category('no/such', 8)") == "LG002");
    for (const std::string partitions : {"0", "1025", "null"})
        CHECK(sqlstate_of(session, "select annals.ensure_category('other', " + partitions + ")") == "LG002");
}

TEST_CASE("events are never changed, not even by the owner of the table")
{
    const tests::temporary_database database;
    connection session(database.dsn());
    for (const auto* statement :
         {"update annals.events set type = 'x'", "delete from annals.events", "truncate annals.events"})
        CHECK(sqlstate_of(session, statement) == "42501");
}

TEST_CASE("a writer inserts and reads events and can do nothing else to them")
{
    const tests::temporary_database database;
    connection session(database.dsn());
    session.execute("set role annals_writer");
    CHECK(sqlstate_of(session, "select annals.ensure_category('sample', 1)") == "00000");
    CHECK(sqlstate_of(session,
                      "insert into annals.events values (1, 1, now(), gen_random_uuid(), 1, 1, 'a', 't', '{}', '{}')")
          == "00000");
    CHECK(sqlstate_of(session, "select from annals.events") == "00000");
    for (const auto* statement :
         {"update annals.events set type = 'x'", "delete from annals.events", "truncate annals.events",
          "drop table annals.events", "insert into annals.logs (category, partition) values ('sample', 9)"})
        CHECK(sqlstate_of(session, statement) == "42501");
}

TEST_CASE("other clients may only call the functions")
{
    const tests::temporary_database database;
    connection session(database.dsn());
    session.execute("set role annals_appender");
    CHECK(sqlstate_of(session, "select annals.ensure_category('sample', 1)") == "00000");
    CHECK(sqlstate_of(session,
                      "insert into annals.events values (1, 1, now(), gen_random_uuid(), 1, 1, 'a', 't', '{}', '{}')")
          == "42501");
}
