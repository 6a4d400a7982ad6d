// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/comparison.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace annals;
using namespace annals::projections::rebuild;
using names = std::vector<std::string>;

namespace {

/// Two schemas with odd names, which tests fill.
struct two_schemas {
    tests::empty_database database;
    pqxx::connection session{database.dsn()};
    const std::string in_old = R"("Old "" one")", in_new = "new_one";

    two_schemas() { run("create schema " + in_old + "; create schema " + in_new); }
    void run(const std::string& statements)
    {
        pqxx::work tx(session);
        tx.exec(statements);
        tx.commit();
    }
    void in_both(const std::string& statements)
    {
        for (const auto& schema : {in_old, in_new}) run("set local search_path = " + schema + "; " + statements);
    }
    void only_in_old(const std::string& statements) { run("set local search_path = " + in_old + "; " + statements); }
    void only_in_new(const std::string& statements) { run("set local search_path = " + in_new + "; " + statements); }

    auto compared(which_tables which = which_tables::all, std::size_t differences_max = 20) -> comparison
    {
        pqxx::transaction<pqxx::isolation_level::repeatable_read> tx(session);
        return compare(tx, {R"(Old " one)", "new_one", which, differences_max});
    }
    /// The only table.
    auto table(which_tables which = which_tables::all) -> table_comparison
    {
        const auto all = compared(which);
        REQUIRE(all.tables.size() == 1);
        return all.tables.front();
    }
};

auto counts(const table_comparison& one) -> std::string
{
    return std::to_string(one.rows_old) + " -> " + std::to_string(one.rows_new) + ": " + std::to_string(one.missing)
           + " missing, " + std::to_string(one.added) + " added, " + std::to_string(one.changed) + " changed";
}

/// `- key row`, `+ key row` or `~ key before after`.
auto differences(const table_comparison& one) -> names
{
    names all;
    for (const auto& found : one.first) {
        const auto part = [](const std::string& text) { return text.empty() ? text : " " + text; };
        using enum row_difference::difference_kind;
        const std::string sign = found.kind == missing ? "-" : found.kind == added ? "+" : "~";
        all.push_back(sign + part(found.key) + part(found.in_old) + part(found.in_new)
                      + (found.rows == 1 ? "" : " x" + std::to_string(found.rows)));
    }
    return all;
}

}  // namespace

TEST_CASE_FIXTURE(two_schemas, "equal tables have no differences")
{
    in_both("create table counts (type text primary key, total int); insert into counts values ('a', 1), ('b', null)");
    const auto all = compared();
    CHECK(all.equal());
    REQUIRE(all.tables.size() == 1);
    CHECK(all.tables[0].table == "counts");
    CHECK(all.tables[0].key == names{"type"});
    CHECK(all.tables[0].compared == names{"type", "total"});
    CHECK(counts(all.tables[0]) == "2 -> 2: 0 missing, 0 added, 0 changed");
    CHECK(all.tables[0].first.empty());
}

TEST_CASE_FIXTURE(two_schemas, "rows are missing, added or changed, and a changed row tells what changed")
{
    in_both("create table counts (type text primary key, total int, at date, note text)");
    only_in_old("insert into counts values ('a', 1, '2026-01-01', 'x'), ('b', 2, null, 'x'), ('d', null, null, 'y'), "
                "('e', 5, null, null)");
    only_in_new("insert into counts values ('e', 5, null, null), ('d', 7, null, 'z'), "
                "('c', 3, null, null), ('a', 1, '2026-01-02', 'x')");
    const auto found = table();
    CHECK_FALSE(found.equal());
    CHECK(counts(found) == "4 -> 4: 1 missing, 1 added, 2 changed");
    CHECK(differences(found)
          == names{R"(~ {"type":"a"} {"at":"2026-01-01"} {"at":"2026-01-02"})",
                   R"(- {"type":"b"} {"type":"b","total":2,"at":null,"note":"x"})",
                   R"(+ {"type":"c"} {"type":"c","total":3,"at":null,"note":null})",
                   R"(~ {"type":"d"} {"total":null,"note":"y"} {"total":7,"note":"z"})"});
}

TEST_CASE_FIXTURE(two_schemas, "the first differences are told, and all are counted")
{
    in_both("create table counts (n int primary key)");
    only_in_old("insert into counts select generate_series(1, 1000)");
    const auto found = compared(which_tables::all, 2).tables.at(0);
    CHECK(counts(found) == "1000 -> 0: 1000 missing, 0 added, 0 changed");
    CHECK(differences(found) == names{R"(- {"n":1} {"n":1})", R"(- {"n":2} {"n":2})"});
    CHECK(compared(which_tables::all, 0).tables.at(0).first.empty());
}

TEST_CASE_FIXTURE(two_schemas, "a row whose values are all null is a row")
{
    in_both("create table t (k text primary key, v int)");
    only_in_old("insert into t values ('a', null)");
    only_in_new("insert into t values ('b', null)");
    CHECK(differences(table()) == names{R"(- {"k":"a"} {"k":"a","v":null})", R"(+ {"k":"b"} {"k":"b","v":null})"});
}

TEST_CASE_FIXTURE(two_schemas, "a key of several columns, also a unique one, puts rows together")
{
    in_both("create table a (note text, y int, x text, primary key (x, y));"
            "create table b (n int not null, note text); create unique index on b (n) include (note);"
            "insert into a values ('same', 1, 'k'), ('same', 2, 'k'); insert into b values (1, 'same')");
    only_in_new("update a set note = 'other' where y = 2; update b set note = null");
    const auto all = compared();
    REQUIRE(all.tables.size() == 2);
    CHECK(all.tables[0].key == names{"x", "y"});
    CHECK(differences(all.tables[0]) == names{R"(~ {"x":"k","y":2} {"note":"same"} {"note":"other"})"});
    CHECK(all.tables[1].key == names{"n"});
    CHECK(differences(all.tables[1]) == names{R"(~ {"n":1} {"note":"same"} {"note":null})"});
}

TEST_CASE_FIXTURE(two_schemas, "columns that may be null, or are unique in one table only, are a key if rows allow it")
{
    in_both("create table t (n int, v int)");
    only_in_old("create unique index on t (n); insert into t values (1, 1), (2, 2)");
    only_in_new("insert into t values (1, 1), (2, 3)");
    CHECK(differences(table()) == names{R"(~ {"n":2} {"v":2} {"v":3})"});
    only_in_new("insert into t values (2, 3)");
    CHECK(table().key.empty());
    only_in_new("delete from t where v = 3; insert into t values (null, 2)");
    CHECK(table().key.empty());
    only_in_new("delete from t where n is null");
    CHECK(table().key == names{"n"});
    in_both("drop table t; create table t (n int not null, v int not null); insert into t values (1, 1), (1, 2);"
            "create unique index on t (n) where v > 1; create unique index on t (n, abs(v))");
    CHECK(table().key.empty());
    CHECK(table().equal());
}

TEST_CASE_FIXTURE(two_schemas, "columns that are unique, but null in a row of both tables, are no key")
{
    in_both("create table t (n int unique, v int); insert into t values (null, 1), (null, 1), (2, 1)");
    CHECK(table().key.empty());
    CHECK(table().equal());
}

TEST_CASE_FIXTURE(two_schemas, "columns that are unique in the new table only are a key if the old rows allow it")
{
    in_both("create table t (n int, v int); insert into t values (1, 1)");
    only_in_new("alter table t add primary key (n)");
    CHECK(table().key == names{"n"});
    only_in_old("insert into t values (1, 1)");
    CHECK(table().key.empty());
    CHECK(counts(table()) == "2 -> 1: 1 missing, 0 added, 0 changed");
}

TEST_CASE_FIXTURE(two_schemas, "rows without a key are counted")
{
    in_both("create table t (a int, b json); insert into t values (1, '{}'), (null, null), (null, null)");
    CHECK(table().equal());
    only_in_old("insert into t values (1, '{}'), (1, '{}'), (2, null)");
    only_in_new("insert into t values (null, null), (1, '{ }')");
    const auto found = table();
    CHECK(counts(found) == "6 -> 5: 3 missing, 2 added, 0 changed");
    CHECK(differences(found)
          == names{R"(+ {"a":1,"b":{ }})", R"(- {"a":1,"b":{}} x2)", R"(- {"a":2,"b":null})",
                   R"(+ {"a":null,"b":null})"});
}

TEST_CASE_FIXTURE(two_schemas, "a table without columns has rows, too")
{
    in_both("create table t (); insert into t default values");
    CHECK(table().equal());
    only_in_new("insert into t default values; insert into t default values");
    CHECK(counts(table()) == "1 -> 3: 0 missing, 2 added, 0 changed");
}

TEST_CASE_FIXTURE(two_schemas, "names are written as they are")
{
    in_both(R"(create table "My ""Table""; --" ("A key" int primary key, "it's" int, "q""\" int, "select" int))");
    only_in_old(R"(insert into "My ""Table""; --" values (1, 2, 3, 4))");
    only_in_new(R"(insert into "My ""Table""; --" values (1, 5, 6, 7))");
    const auto found = table();
    CHECK(found.table == R"(My "Table"; --)");
    CHECK(differences(found)
          == names{R"(~ {"A key":1} {"it's":2,"q\"\\":3,"select":4} {"it's":5,"q\"\\":6,"select":7})"});
}

TEST_CASE_FIXTURE(two_schemas, "values are equal when PostgreSQL says so")
{
    in_both("create table t (id int primary key, f float8, r real, n numeric, j json, b jsonb, p point, x box, "
            "c char(3), v varchar, a float8[], pa point[], ja json[], i inet, ra int4range, "
            "tv tsvector, u uuid, bits bit(3), y bytea, o oid, xm xml)");
    only_in_old("insert into t values (1, 'NaN', 'NaN', 1.0, '{\"a\":1}', '{\"a\":1, \"b\":2}', '(1,2)', "
                "'(0,0),(1,4)', 'a', 'x', '{NaN}', array['(1,2)'::point], array['1'::json], '::1', '[1,3)', 'a', "
                "'0193f0a0-0000-7000-8000-00000000002a', '101', 'x', 7, '<a/>')");
    only_in_new("insert into t values (1, 'NaN', 'NaN', 1.00, '{\"a\":1}', '{\"b\":2,\"a\":1}', '(1,2)', "
                "'(0,0),(1,4)', 'a', 'x', '{NaN}', array['(1,2)'::point], array['1'::json], '::1', '[1,3)', 'a', "
                "'0193f0a0-0000-7000-8000-00000000002a', '101', 'x', 7, '<a/>')");
    CHECK(differences(table()).empty());
    only_in_new("update t set f = 1, j = '{\"a\": 1}', b = '{}', p = '(1,3)', x = '(0,0),(2,2)', v = 'X', a = '{1}', "
                "pa = null, ja = array['2'::json], xm = '<b/>', tv = 'b'");
    CHECK(differences(table())
          == names{R"x(~ {"id":1} {"f":"NaN","j":{"a":1},"b":{"a": 1, "b": 2},"p":"(1,2)","x":"(1,4),(0,0)","v":"x",)x"
                   R"("a":["NaN"],"pa":"{\"(1,2)\"}","ja":"{1}","tv":"'a'","xm":"<a/>"} )"
                   R"x({"f":1,"j":{"a": 1},"b":{},"p":"(1,3)","x":"(2,2),(0,0)","v":"X",)x"
                   R"("a":[1],"pa":null,"ja":"{2}","tv":"'b'","xm":"<b/>"})"});
}

TEST_CASE_FIXTURE(two_schemas, "types of the schemas themselves are compared as texts, domains by their values")
{
    in_both("create type mood as enum ('calm', 'tense'); create type pair as (a int, b text);"
            "create domain amount as numeric; create domain whole as amount;"
            "create table t (m mood primary key, p pair, d whole, ms mood[]);");
    in_both("insert into t values ('calm', '(1,)', 1, '{calm}'), ('tense', null, null, null)");
    only_in_new("update t set d = 1.0");
    only_in_old("update t set d = 1 where m = 'tense'");
    CHECK(table().compared == names{"m", "p", "d", "ms"});
    CHECK(table().equal());
    only_in_new("update t set p = '(1,\"\")', ms = '{tense}' where m = 'calm'; update t set p = row(null, null), d = 2 "
                "where m = 'tense'");
    CHECK(differences(table())
          == names{R"x(~ {"m":"calm"} {"p":"(1,)","ms":"{calm}"} {"p":"(1,\"\")","ms":"{tense}"})x",
                   R"x(~ {"m":"tense"} {"p":null,"d":1} {"p":"(,)","d":2})x"});
}

TEST_CASE_FIXTURE(two_schemas, "texts are compared byte by byte, whatever their collations")
{
    run("create collation public.lazy (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
    only_in_old("create table t (k text collate \"C\" primary key, v text collate public.lazy)");
    only_in_new("create table t (k text primary key, v text collate public.lazy)");
    only_in_old("insert into t values ('a', 'x'), ('b', 'y')");
    only_in_new("insert into t values ('a', 'x'), ('b', 'Y')");
    CHECK(differences(table()) == names{R"(~ {"k":"b"} {"v":"y"} {"v":"Y"})"});
}

TEST_CASE_FIXTURE(two_schemas, "an author's casts are not called")
{
    in_both("create type pair as (a int, b text); create table t (k int primary key, p pair, other pair);"
            "insert into t values (1, '(1,x)', '(1,y)');"
            "create function told(pair) returns text language plpgsql as $$ begin raise exception 'called'; end $$;"
            "create function told_json(pair) returns json language plpgsql as $$ begin raise exception 'called'; end $$"
            "; create cast (pair as text) with function told(pair);"
            "create cast (pair as json) with function told_json(pair)");
    only_in_new("update t set p = '(2,x)'");
    CHECK(differences(table()) == names{R"x(~ {"k":1} {"p":"(1,x)"} {"p":"(2,x)"})x"});
}

TEST_CASE_FIXTURE(two_schemas, "an author's operators are not called")
{
    run("create domain public.amount as numeric;"
        "create function public.same(amount, amount) returns boolean language sql immutable as 'select true';"
        "create operator public.= (function = public.same, leftarg = amount, rightarg = amount)");
    in_both("create table t (k int primary key, a public.amount); insert into t values (1, 1)");
    only_in_new("update t set a = 2");
    CHECK(differences(table()) == names{R"(~ {"k":1} {"a":1} {"a":2})"});
}

TEST_CASE_FIXTURE(two_schemas, "columns of one table, and those that changed their type, are named and not compared")
{
    only_in_old("create table t (id int primary key, gone int, total int, code varchar(3), same int, also int)");
    only_in_new("create table t (same int, id int primary key, total bigint, code varchar(4), come int)");
    only_in_old("alter table t drop column also; insert into t values (1, 1, 1, 'a', 1)");
    only_in_new("insert into t values (1, 1, 2, 'b', 2)");
    const auto found = table();
    CHECK(found.compared == names{"id", "same"});
    CHECK(found.only_old == names{"gone", "total", "code"});
    CHECK(found.only_new == names{"total", "code", "come"});
    CHECK(found.has_equal_rows());
    CHECK_FALSE(found.equal());
}

TEST_CASE_FIXTURE(two_schemas, "a key whose type changed is none")
{
    only_in_old("create table t (id int primary key, v int); insert into t values (1, 1)");
    only_in_new("create table t (id bigint primary key, v int); insert into t values (2, 1)");
    CHECK(table().key.empty());
    CHECK(table().has_equal_rows());
}

TEST_CASE_FIXTURE(two_schemas, "generated columns are compared, dropped ones are not")
{
    in_both("create table t (id int primary key, gone int, n int)");
    only_in_old("alter table t add m int generated always as (n * 2) stored, drop column gone");
    only_in_new("alter table t drop column gone, add m int generated always as (n * 3) stored");
    in_both("insert into t values (1, 5)");
    CHECK(differences(table()) == names{R"(~ {"id":1} {"m":10} {"m":15})"});
}

TEST_CASE_FIXTURE(two_schemas, "a partitioned table is compared once")
{
    only_in_old("create table t (id int primary key, v int) partition by hash (id);"
                "create table t_0 partition of t for values with (modulus 2, remainder 0);"
                "create table t_1 partition of t for values with (modulus 2, remainder 1)");
    only_in_new("create table t (id int primary key, v int)");
    in_both("insert into t select n, n from generate_series(1, 10) n");
    CHECK(compared().equal());
    CHECK(counts(table()) == "10 -> 10: 0 missing, 0 added, 0 changed");
    only_in_new("delete from t where id = 7");
    CHECK(differences(table()) == names{R"(- {"id":7} {"id":7,"v":7})"});
}

TEST_CASE_FIXTURE(two_schemas, "views have the key of the table behind them, if it is unique in them")
{
    in_both("create table _rows (key text primary key, state jsonb); insert into _rows values ('a', '{\"n\":1}');"
            "create view behind as select key, (state->>'n')::int as n from _rows;"
            "create view shown as select * from behind;"
            "create view twice as select key, n from shown cross join generate_series(1, 2);"
            "create view total as select sum(n) as n from shown;"
            "create materialized view kept as select key, n from shown");
    only_in_new("update _rows set state = '{\"n\":2}'");
    only_in_new("refresh materialized view kept");
    const auto all = compared(which_tables::shown);
    REQUIRE(all.tables.size() == 5);
    CHECK(all.tables[0].table == "behind");
    CHECK(all.tables[0].key == names{"key"});
    CHECK(all.tables[1].key == names{"key"});
    CHECK(differences(all.tables[1]) == names{R"(~ {"key":"a"} {"n":1} {"n":2})"});
    CHECK(all.tables[2].table == "shown");
    CHECK(differences(all.tables[2]) == names{R"(~ {"key":"a"} {"n":1} {"n":2})"});
    CHECK(differences(all.tables[3]) == names{R"(- {"n":1})", R"(+ {"n":2})"});
    CHECK(all.tables[4].key.empty());
    CHECK(differences(all.tables[4]) == names{R"(- {"key":"a","n":1} x2)", R"(+ {"key":"a","n":2} x2)"});
    CHECK(table().table == "_rows");
}

TEST_CASE_FIXTURE(two_schemas, "tables of one schema are named, and each comparison is announced")
{
    in_both("create table b (n int); create table a (n int)");
    only_in_old("create table gone (n int); create view v as select 1 as n");
    only_in_new("create table come (n int); create table v (n int)");
    names announced;
    pqxx::transaction<pqxx::isolation_level::repeatable_read> tx(session);
    const auto all = compare(tx, {.old_schema = R"(Old " one)", .new_schema = "new_one", .which = which_tables::shown},
                             [&](const std::string& table) { announced.push_back(table); });
    CHECK(announced == names{"a", "b", "v"});
    CHECK(all.only_old == names{"gone"});
    CHECK(all.only_new == names{"come"});
    CHECK_FALSE(all.equal());
}
