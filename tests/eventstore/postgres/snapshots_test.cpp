// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_snapshots.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::eventstore;

namespace {

const stream_id s1{"sample", "S-1"};

auto snapshot_at(std::int64_t version, std::string state = R"({"now":  "validated"})") -> snapshot
{
    return {s1, "sample.1.0123456789abcdef", {version}, new_uuid(), std::move(state)};
}

auto sqlstate_of(libpq::connection& session, const std::string& statement) -> std::string
{
    try {
        session.execute(statement);
    } catch (const libpq::statement_error& problem) {
        return problem.sqlstate();
    }
    return "00000";
}

}  // namespace

TEST_CASE("a snapshot is found as it was kept, only the last one of its schema")
{
    const tests::temporary_database database;
    postgres::open_store({.dsn = database.dsn()})->ensure_category({"sample", 4});
    const auto snapshots = postgres::open_snapshots(database.dsn());
    CHECK_FALSE(snapshots->find(s1, "sample.1.0123456789abcdef"));

    const auto taken = snapshot_at(7);
    snapshots->keep(taken);
    snapshots->keep(snapshot_at(6));
    const auto found = snapshots->find(s1, taken.state_schema);
    REQUIRE(found);
    CHECK(found->version == taken.version);
    CHECK(found->last_event == taken.last_event);
    CHECK(found->state == taken.state);
    CHECK_FALSE(snapshots->find(s1, "sample.2.0123456789abcdef"));
    CHECK_FALSE(snapshots->find({"sample", "S-2"}, taken.state_schema));

    snapshots->keep(snapshot_at(7, "{}"));
    CHECK(snapshots->find(s1, taken.state_schema)->state == "{}");
    snapshots->keep(snapshot_at(8));
    CHECK(snapshots->find(s1, taken.state_schema)->version.number == 8);
}

TEST_CASE("no snapshot is kept or found for a missing stream, and invalid JSON is refused")
{
    const tests::temporary_database database;
    const auto snapshots = postgres::open_snapshots(database.dsn());
    CHECK_FALSE(snapshots->find(s1, "any"));
    snapshots->keep(snapshot_at(1));
    CHECK_FALSE(snapshots->find(s1, "sample.1.0123456789abcdef"));
    postgres::open_store({.dsn = database.dsn()})->ensure_category({"sample", 4});
    CHECK_THROWS_AS(snapshots->keep(snapshot_at(1, "{")), libpq::statement_error);
}

TEST_CASE("a database without snapshots gives an error that says how to get them")
{
    const tests::empty_database database;
    try {
        postgres::open_snapshots(database.dsn());
        FAIL("opened");
    } catch (const mismatch& problem) {
        CHECK(std::string(problem.what()).ends_with("has no annals.snapshots: run annals migrate"));
    }
}

TEST_CASE("a writer may do anything to snapshots but drop them; no other role sees them")
{
    const tests::temporary_database database;
    libpq::connection session(database.dsn());
    session.execute("select annals.ensure_category('sample', 1); set role annals_writer");
    for (const auto* statement :
         {"insert into annals.snapshots (log, key, state_schema, version, last_event, state)"
          " values (1, 'S-1', 's', 1, gen_random_uuid(), '{}')",
          "update annals.snapshots set version = 2", "select from annals.snapshots", "delete from annals.snapshots"})
        CHECK(sqlstate_of(session, statement) == "00000");
    for (const auto* statement : {"truncate annals.snapshots", "drop table annals.snapshots"})
        CHECK(sqlstate_of(session, statement) == "42501");
    for (const auto* role : {"annals_reader", "annals_appender", "annals_projector", "annals_analyst"}) {
        session.execute("reset role; set role " + std::string(role));
        CHECK(sqlstate_of(session, "select from annals.snapshots") == "42501");
        CHECK(sqlstate_of(session, "delete from annals.snapshots") == "42501");
    }
}
