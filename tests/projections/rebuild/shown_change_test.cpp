// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/projections/rebuild/shown_change.hpp>
#include <annals/projections/rebuild/shown_replacement.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <tests/support/database.hpp>
#include <tests/support/login_user.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace annals;
using namespace annals::projections::rebuild;
using names = std::vector<std::string>;

namespace {

/// A projection whose second version waits beside the first.
struct two_versions {
    tests::temporary_database database;
    pqxx::connection session{database.dsn()};
    names live, next;

    void apply(const std::string& tables, const std::string& other_tables)
    {
        live = applied(tables, 1);
        next = applied(other_tables, 2);
    }
    auto applied(const std::string& tables, int version) -> names
    {
        const auto text = "-- projection: wards\n-- version: " + std::to_string(version) + "\n-- categories: sample\n"
                          + tables + ";\n-- apply: *\nperform 1;\n";
        projections::registry::apply(session, projections::parse_sql(text, "wards.sql").definition());
        pqxx::work tx(session);
        return projections::registry::find(tx, {"wards", version})->shows;
    }
    void run(const std::string& statements)
    {
        pqxx::work tx(session);
        tx.exec(statements);
        tx.commit();
    }
    auto ask(const std::string& query) -> std::string
    {
        pqxx::work tx(session);
        return tx.query_value<std::string>(query);
    }
    auto change() -> shown_change
    {
        pqxx::work tx(session);
        return find_shown_change(tx, live, next, "p_wards_2");
    }
    void swap(on_dependents how = on_dependents::refuse) { swap(change(), how); }
    void swap(const shown_change& what, on_dependents how)
    {
        pqxx::work tx(session);
        tx.exec("set local search_path = pg_catalog, pg_temp");
        replace_shown(tx, what, "p_wards_2", how);
        tx.commit();
    }
    auto relations_in(const std::string& schema) -> std::string
    {
        return ask("select string_agg(relname, ' ' order by relname) from pg_class "
                   "where relkind in ('r', 'v', 'm') and relnamespace = '"
                   + schema + "'::regnamespace");
    }
    auto rows(const std::string& view) -> std::string
    {
        return ask("select coalesce(string_agg(t::text, ' '), '') from " + view + " t");
    }
};

auto dependents(const shown_change& change) -> names
{
    names all;
    for (const auto& one : change.dependents)
        all.push_back(one.kind + " " + one.name + " on " + one.on + " of " + one.owner);
    return all;
}

auto reasons(const shown_change& change) -> names
{
    names all;
    for (const auto& [name, words] : change.replaced)
        for (const auto& one : words) all.push_back(name + ": " + one);
    return all;
}

}  // namespace

TEST_CASE_FIXTURE(two_versions, "a view with the same columns, or new ones behind them, is kept with all that uses it")
{
    apply("create table wards (ward text primary key, n int); create table \"Odd \"\" name\" (a varchar(3), b text[])",
          "create table wards (ward text primary key, n int, m int); "
          "create table \"Odd \"\" name\" (a varchar(3), b text[])");
    run("create schema ward; create view ward.daily as select * from read.wards; grant select on read.wards to public;"
        "insert into p_wards_1.wards values ('old', 1); insert into p_wards_2.wards values ('new', 2, 3)");
    CHECK(change().kept == names{"Odd \" name", "wards"});
    CHECK(change().replaced.empty());
    CHECK(change().dependents.empty());
    const auto rights = ask("select relacl::text from pg_class where oid = 'read.wards'::regclass");
    CHECK(rows("ward.daily") == "(old,1)");
    swap();
    CHECK(rows("ward.daily") == "(new,2)");
    CHECK(rows("read.wards") == "(new,2,3)");
    CHECK(ask("select relacl::text from pg_class where oid = 'read.wards'::regclass") == rights);
    CHECK(ask("set local role annals_analyst; select ward from read.wards") == "new");
}

TEST_CASE_FIXTURE(two_versions, "a view whose columns change is replaced, and the change says why")
{
    apply("create table a (x int, \"Y\" text, z varchar(3)); create table b (x int, y int);"
          "create table c (x int, y int); create table d (x text collate \"C\", y text); create table e (x int[])",
          "create table a (x bigint, z varchar(4)); create table b (y int, x int);"
          "create table c (x int, w int, y int); create table d (x text, y text collate \"C\");"
          "create table e (x text[])");
    CHECK(reasons(change())
          == names{"a: column x is bigint, was integer", "a: column Y is gone",
                   "a: column z is character varying(4), was character varying(3)",
                   "b: the columns are y, x, were x, y: new ones can only come last",
                   "c: the columns are x, w, y, were x, y: new ones can only come last",
                   "d: column x has the collation default, had C", "d: column y has the collation C, had default",
                   "e: column x is text[], was integer[]"});
    CHECK(change().kept.empty());
    swap();
    for (const auto& view : {"a", "b", "c", "d", "e"})
        CHECK(ask(std::string("select pg_get_viewdef('read.") + view + "'::regclass)").contains("FROM p_wards_2."));
}

TEST_CASE_FIXTURE(two_versions, "each change that is called impossible in place is refused by the server")
{
    apply("create table a (x int); create table b (x varchar(3)); create table c (x text collate \"C\");"
          "create table d (x int, y int); create type mood as enum ('calm'); create table e (x mood)",
          "create table a (x bigint); create table b (x varchar(4)); create table c (x text);"
          "create table d (y int, x int); create type mood as enum ('calm'); create table e (x mood)");
    auto what = change();
    REQUIRE(what.replaced.size() == 5);
    CHECK(what.replaced[4].reasons == names{"column x is p_wards_2.mood, was p_wards_1.mood"});
    for (const auto& one : what.replaced) {
        const shown_change in_place{.kept = {one.name}, .replaced = {}, .added = {}, .gone = {}, .dependents = {}};
        CHECK_THROWS_AS(swap(in_place, on_dependents::refuse), pqxx::sql_error);
    }
}

TEST_CASE_FIXTURE(two_versions, "names come and go")
{
    apply("create table stays (x int); create table goes (x int)",
          "create table stays (x int); create table comes (x int)");
    CHECK(change().kept == names{"stays"});
    CHECK(change().added == names{"comes"});
    CHECK(change().gone == names{"goes"});
    swap();
    CHECK(relations_in("read") == "comes stays");
    CHECK(ask("set local role annals_analyst; select count(*)::text from read.comes") == "0");
    run("drop view read.stays");
    live = {"stays"}, next = {"stays"};
    CHECK(change().added == names{"stays"});
}

TEST_CASE_FIXTURE(two_versions, "what depends on a view that is dropped is listed, also indirectly, with its owner")
{
    apply("create table wards (ward text, n int); create table other (x int)",
          "create table wards (ward text, n bigint)");
    const tests::login_user ada(database, "ada", {});
    run("create schema ward; create view ward.daily as select * from read.wards;"
        "create materialized view ward.\"Kept\" as select * from ward.daily; create index on ward.\"Kept\" (ward);"
        "create view ward.everything as select count(*) from ward.daily, read.other;"
        "create function ward.total() returns bigint begin atomic select sum(n) from ward.daily; end;"
        "create table ward.notes (id int default ward.total(), of read.wards);"
        "create view ward.ids as select id from ward.notes;"
        "create view ward.noted as select (of is null) as is_open from ward.notes;"
        "create view ward.last as select ward.total() as n;"
        "create view ward.free as select 1 as one; alter view ward.last owner to "
        + ada.name());
    const auto me = ask("select current_user::text");
    const auto found = change();
    CHECK(found.gone == names{"other"});
    CHECK(dependents(found)
          == names{"view ward.everything on other of " + me, "default value for ward.notes.id on wards of " + me,
                   "materialized view ward.\"Kept\" on wards of " + me, "view ward.daily on wards of " + me,
                   "view ward.everything on wards of " + me, "view ward.last on wards of " + ada.name(),
                   "view ward.noted on wards of " + me, "table column ward.notes.of on wards of " + me,
                   "function ward.total() on wards of " + me});
    CHECK_THROWS_AS(swap(), pqxx::sql_error);
    CHECK(rows("ward.free") == "(1)");
    swap(on_dependents::drop);
    CHECK(relations_in("ward") == "free ids notes");
    CHECK(ask("select to_regclass('read.other') is null and to_regproc('ward.total') is null") == "t");
}

TEST_CASE_FIXTURE(two_versions, "what came after the list was made is not dropped")
{
    apply("create table wards (ward text)", "create table wards (town text)");
    run("create schema ward; create view ward.one as select * from read.wards");
    const auto listed = change();
    run("create view ward.two as select * from ward.one");
    CHECK_THROWS_WITH_AS(swap(listed, on_dependents::drop),
                         "the view ward.two depends on read.wards and was not listed: look again at what would be "
                         "dropped",
                         eventstore::invalid_request);
    CHECK(rows("ward.two").empty());
    swap(on_dependents::drop);
    CHECK(ask("select to_regclass('ward.one') is null") == "t");
}

TEST_CASE_FIXTURE(two_versions, "a replaced view keeps its owner and its privileges, those of its columns too")
{
    apply("create table wards (ward text, n int, gone int)", "create table wards (ward text, n bigint)");
    const tests::login_user user(database, "owner", {});
    const auto& owner = user.name();
    run("do $$ begin create role \"annals test Bob\"; exception when duplicate_object then end $$");
    run("grant usage, create on schema read to " + owner + "; grant usage on schema p_wards_1, p_wards_2 to " + owner
        + "; grant select on p_wards_1.wards, p_wards_2.wards to " + owner + "; alter view read.wards owner to " + owner
        + "; revoke select on read.wards from annals_trial;"
          "grant select on read.wards to \"annals test Bob\" with grant option;"
          "grant select (n) on read.wards to public; grant select (gone), update (ward) on read.wards to annals_reader;"
          "alter default privileges grant all on tables to \"annals test Bob\"");
    const std::string rights =
        "select (select rolname from pg_roles where oid = relowner) || ' ' || "
        "(select string_agg(entry::text, ' ' order by entry::text) from unnest(relacl) entry) || ' ' || "
        "(select string_agg(attname || attacl::text, ' ' order by attnum) from pg_attribute "
        "where attrelid = c.oid and attname in ('ward', 'n')) from pg_class c where c.oid = 'read.wards'::regclass";
    const auto before = ask(rights);
    CHECK(before.starts_with(owner));
    CHECK(before.contains("n{=r/" + owner + "}"));
    swap();
    CHECK(ask(rights) == before);
    CHECK(ask("select pg_typeof(max(n))::text from read.wards") == "bigint");
    run("drop owned by \"annals test Bob\", " + owner + " cascade; drop role \"annals test Bob\"");
}

TEST_CASE_FIXTURE(two_versions, "comments are those of the tables that are shown")
{
    apply("create table kept (a int, b int, c int); comment on table kept is 'first'; "
          "comment on column kept.a is 'gone'; comment on column kept.b is 'same'; comment on column kept.c is 'other';"
          "create table made (a int)",
          "create table kept (a int, b int, c int); comment on table kept is 'it''s second'; "
          "comment on column kept.b is 'same'; comment on column kept.c is 'new';"
          "create table made (a text); comment on column made.a is 'a text'");
    swap();
    const auto comment = [&](const std::string& view, int column) {
        return ask("select coalesce(col_description('" + view + "'::regclass, " + std::to_string(column)
                   + "), 'none')");
    };
    CHECK(ask("select obj_description('read.kept'::regclass, 'pg_class')") == "it's second");
    CHECK(comment("read.kept", 1) == "none");
    CHECK(comment("read.kept", 2) == "same");
    CHECK(comment("read.kept", 3) == "new");
    CHECK(comment("read.made", 1) == "a text");
}

TEST_CASE_FIXTURE(two_versions, "nobody is left without the views while they are swapped")
{
    apply("create table wards (n int); create table other (n int)",
          "create table wards (n bigint); create table other (n int)");
    run("insert into p_wards_1.wards values (1); insert into p_wards_1.other values (1);"
        "insert into p_wards_2.wards values (2); insert into p_wards_2.other values (2)");
    pqxx::connection reader(database.dsn());
    pqxx::work read(reader);
    CHECK(read.query_value<int>("select n::int from read.other") == 1);
    read.commit();
    {
        const auto what = change();
        pqxx::work tx(session);
        replace_shown(tx, what, "p_wards_2");
        pqxx::work late(reader);
        late.exec("set local lock_timeout = '50 ms'");
        CHECK_THROWS_AS(late.exec("select n from read.other"), pqxx::sql_error);
        tx.abort();
    }
    CHECK(rows("read.wards") + rows("read.other") == "(1)(1)");
    swap();
    CHECK(rows("read.wards") + rows("read.other") == "(2)(2)");
}
