// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/projections/ownership.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <tests/projections/support/events.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace annals;

namespace {

const std::string text = R"(-- projection: counted
-- version: 1
-- categories: sample
create type size as enum ('small', 'large');
create function twice(a int) returns int language sql as 'select a * 2';
create table "Counted" (id serial primary key, key text unique, total int not null, size size);
create view counted_in_all as select sum(total) from "Counted";
-- apply: *
insert into "Counted" as c (key, total) select key, twice(count(*)::int) from batch group by key
on conflict (key) do update set total = c.total + excluded.total;
)";

struct applied_projection {
    tests::temporary_database database;
    pqxx::connection session{database.dsn()};
    projections::sql_file file = projections::parse_sql(text, "counted.sql");

    applied_projection() { projections::registry::apply(session, file.definition()); }

    void execute(const std::string& statement)
    {
        pqxx::work tx(session);
        tx.exec(statement);
        tx.commit();
    }
    auto ask(const std::string& query) -> std::string
    {
        pqxx::work tx(session);
        return tx.query_value<std::string>("select coalesce((" + query + ")::text, 'null')");
    }
    auto entry() -> projections::registry::entry
    {
        pqxx::work tx(session);
        return *projections::registry::find(tx, {"counted", 1});
    }
    auto faults() -> std::string
    {
        const auto looked_at = entry();
        pqxx::work tx(session);
        std::string all;
        for (const auto& [is_danger, what] : projections::ownership::faults(tx, looked_at))
            all += (is_danger ? "! " : "") + what + "\n";
        return all;
    }
    auto role() -> std::string
    {
        pqxx::work tx(session);
        return projections::ownership::role_of(tx, "counted");
    }
    /// Like a restore that knows none of the roles: everything belongs to the user who restores, and privileges are
    /// lost.
    void lose_roles()
    {
        const auto lost = role();
        execute("reassign owned by " + lost + " to current_user");
        execute("drop owned by " + lost + "; drop role " + lost);
        execute("revoke all on all functions in schema p_counted_1 from annals_projector; "
                "grant execute on all functions in schema p_counted_1 to public; "
                "revoke all on schema p_counted_1 from annals_projector; "
                "revoke all on schema read from annals_projector, annals_reader, annals_analyst, annals_auditor");
    }
    void work()
    {
        tests::made_up_log log;
        log.add("S-1", "sample.created");
        pqxx::connection worker(database.dsn());
        projections::sql_projection projection(file);
        projection.prepare(worker);
        pqxx::work tx(worker);
        projection.apply(tx, log.events());
        tx.commit();
    }
    auto left_behind() -> std::string
    {
        return ask("select (select count(*) from pg_namespace where nspname like 'p\\_%') || ' schemas, ' "
                   "|| (select count(*) from pg_class where relnamespace = 'read'::regnamespace) || ' names, ' "
                   "|| (select count(*) from annals.projections) || ' rows'");
    }
};

}  // namespace

TEST_CASE_FIXTURE(applied_projection, "nothing is wrong with an applied projection") { CHECK(faults().empty()); }

TEST_CASE_FIXTURE(applied_projection, "blocks that belong to a superuser are not run until that is repaired")
{
    work();
    lose_roles();
    CHECK(faults().contains("! Counted, Counted_id_seq, block_1(), counted_in_all, schema p_counted_1, twice() of "
                            "p_counted_1 belong to "));
    CHECK(faults().contains(", a superuser\n"));
    CHECK(faults().contains("! every user of the server may run block_1() of p_counted_1\n"));
    try {
        work();
        FAIL("they were run");
    } catch (const eventstore::error& problem) {
        CHECK(problem.retryable());
        CHECK(std::string(problem.what()).starts_with("counted version 1 is not run: "));
        CHECK(std::string(problem.what()).contains("run `annals migrate` as a superuser"));
    }
    projections::registry::set_right(session, entry());
    CHECK(faults() == "");
    work();
    CHECK(ask("select total from read.\"Counted\"") == "4");
    CHECK(ask("select has_schema_privilege('annals_projector', 'p_counted_1', 'usage') "
              "and has_schema_privilege('annals_reader', 'read', 'usage')")
          == "true");
    projections::registry::remove(session, "counted");
    CHECK(left_behind() == "0 schemas, 0 names, 0 rows");
}

TEST_CASE_FIXTURE(applied_projection, "objects of a superuser can be removed without being repaired first")
{
    lose_roles();
    projections::registry::remove(session, "counted");
    CHECK(left_behind() == "0 schemas, 0 names, 0 rows");
}

TEST_CASE_FIXTURE(applied_projection, "one table or block that belongs to another is named")
{
    execute("alter function p_counted_1.twice(int) owner to current_user");
    CHECK(faults().starts_with("! twice() of p_counted_1 belong to "));
    CHECK_THROWS_AS(work(), eventstore::error);
    projections::registry::set_right(session, entry());
    CHECK(faults() == "");
}

TEST_CASE_FIXTURE(applied_projection, "a projection that belongs to the role of another database continues with it")
{
    const tests::temporary_database beside;
    const auto first = role();
    const auto other = "annals_p_1" + first.substr(std::string("annals_p_").size());
    execute("create role " + other + "; grant " + other + " to current_user; grant create on schema p_counted_1 to "
            + other);
    execute("reassign owned by " + first + " to " + other + "; drop owned by " + first + "; drop role " + first);
    CHECK(role() == other);
    CHECK(faults() == "");
    projections::registry::apply(session, [&] {
        auto next = file;
        next.id.version = 2;
        return next.definition();
    }());
    CHECK(ask("select count(distinct nspowner) from pg_namespace where nspname like 'p\\_counted\\__'") == "1");
    work();

    pqxx::connection restored(beside.dsn());
    pqxx::nontransaction(restored).exec("create schema p_counted_1 authorization " + other);
    projections::registry::remove(session, "counted");
    CHECK(left_behind() == "0 schemas, 0 names, 0 rows");
    CHECK(ask("select count(*) from pg_roles where rolname = '" + other + "'") == "1");
    pqxx::nontransaction(restored).exec("drop schema p_counted_1; drop role " + other);
}

TEST_CASE_FIXTURE(applied_projection, "a projection whose name in read is missing can be removed, or is shown again")
{
    execute("alter table p_counted_1.\"Counted\" drop column total cascade");
    CHECK(faults() == "read.\"Counted\" is gone\nread.counted_in_all is gone\n");
    CHECK_THROWS_AS(projections::registry::set_right(session, entry()), pqxx::undefined_table);
    projections::registry::remove(session, "counted");
    CHECK(left_behind() == "0 schemas, 0 names, 0 rows");
    projections::registry::apply(session, file.definition());
    execute("drop view read.\"Counted\"");
    projections::registry::set_right(session, entry());
    CHECK(ask("select count(*) from read.\"Counted\"") == "0");
    CHECK(faults() == "");
}

TEST_CASE_FIXTURE(applied_projection, "blocks that an older program made get the settings that they lack")
{
    execute("alter function p_counted_1.block_1() reset timezone");
    CHECK(faults()
          == "block_1() of p_counted_1 was made by an older program, without the settings that its rows need\n");
    work();
    projections::registry::set_right(session, entry());
    CHECK(faults() == "");
    work();
    CHECK(ask("select total from read.\"Counted\"") == "4");
}

TEST_CASE_FIXTURE(applied_projection, "roles of projections in dropped databases are dropped where nothing is theirs")
{
    const std::string in_use = "annals_p_4294967294_counted", left = "annals_p_4294967293_counted";
    execute("create role " + in_use + "; create role " + left + "; create schema kept authorization " + in_use);
    const auto exists = [&](const std::string& name) {
        return ask("select count(*) from pg_roles where rolname = '" + name + "'") == "1";
    };
    std::string of_dropped;
    {
        applied_projection beside;
        of_dropped = beside.role();
    }
    REQUIRE(exists(of_dropped));
    const auto dropped = projections::registry::drop_roles_of_dropped_databases(session);
    CHECK(std::ranges::find(dropped, left) != dropped.end());
    CHECK_FALSE(exists(of_dropped));
    CHECK_FALSE(exists(left));
    CHECK(exists(in_use));
    CHECK(exists(role()));
    CHECK(faults() == "");
    execute("drop schema kept; drop role " + in_use);
}
