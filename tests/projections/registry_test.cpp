// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using namespace annals;
using projections::parse_sql;
using projections::registry::outcome;

namespace {

auto header(const std::string& name, int version = 1) -> std::string
{
    return "-- projection: " + name + "\n-- version: " + std::to_string(version) + "\n-- categories: sample\n";
}

const std::string sample_counts = R"(
create table sample_counts (sample_type text primary key, total bigint not null, first_at timestamptz);

-- apply: sample.created
insert into sample_counts as c
select coalesce(data->>'sample_type', 'unknown'), count(*), min(occurred_at) from batch group by 1
on conflict (sample_type) do update
set total = c.total + excluded.total, first_at = least(c.first_at, excluded.first_at);
)";

struct registry_of_a_database {
    tests::temporary_database database;
    pqxx::connection session{database.dsn()};

    auto apply(const std::string& text) -> outcome
    {
        return projections::registry::apply(session, parse_sql(text, "file.sql").definition());
    }
    auto refusal(const std::string& text) -> std::string
    {
        try {
            apply(text);
            return "accepted";
        } catch (const eventstore::invalid_request& problem) {
            return problem.what();
        }
    }
    auto ask(const std::string& query) -> std::string
    {
        pqxx::work tx(session);
        return tx.query_value<std::string>(query);
    }
    auto left_behind() -> std::string
    {
        return ask(
            "select (select count(*) from pg_namespace where nspname like 'p\\_%') || ' schemas, ' "
            "|| (select count(*) from pg_class where relnamespace = 'read'::regnamespace) || ' names, ' "
            "|| (select count(*) from annals.projections) || ' rows, ' "
            "|| (select count(*) from pg_roles where rolname like 'annals\\_p\\_' || (select oid from pg_database "
            "where datname = current_database()) || '\\_%') || ' roles'");
    }
};

const std::string nothing = "0 schemas, 0 names, 0 rows, 0 roles";

}  // namespace

TEST_CASE_FIXTURE(registry_of_a_database, "an applied file owns a schema, a role and its tables' names in read")
{
    CHECK(apply(header("sample_counts") + sample_counts) == outcome::created);
    CHECK(ask("select count(*)::text from read.sample_counts") == "0");
    CHECK(ask("select tableowner ~ '^annals_p_[0-9]+_sample_counts$' from pg_tables where schemaname = "
              "'p_sample_counts_1'")
          == "t");
    CHECK(ask("select viewowner from pg_views where schemaname = 'read'") == "annals_owner");
    CHECK(ask("set local role annals_analyst; select count(*)::text from read.sample_counts") == "0");
    CHECK(left_behind() == "1 schemas, 1 names, 1 rows, 1 roles");

    pqxx::work tx(session);
    const auto entry = projections::registry::find(tx, {"sample_counts", 1});
    REQUIRE(entry);
    CHECK(entry->live);
    CHECK(entry->categories == std::vector<std::string>{"sample"});
    CHECK(entry->shows == std::vector<std::string>{"sample_counts"});
    CHECK(entry->text == header("sample_counts") + sample_counts);
}

TEST_CASE_FIXTURE(registry_of_a_database, "the same file again is unchanged, another one needs another version")
{
    apply(header("sample_counts") + sample_counts);
    CHECK(apply("-- Reworded.\n" + header("sample_counts") + sample_counts + "\n") == outcome::unchanged);
    CHECK(refusal(header("sample_counts") + sample_counts + "delete from sample_counts;")
              .contains("raise the version to 2 and apply it again"));
}

TEST_CASE_FIXTURE(registry_of_a_database, "a newer version waits while the older one is live, an older one is refused")
{
    apply(header("sample_counts", 3) + sample_counts);
    CHECK(apply(header("sample_counts", 4) + sample_counts) == outcome::waiting);
    CHECK(apply(header("sample_counts", 4) + sample_counts) == outcome::waiting);
    CHECK(ask("select string_agg(version || ':' || live, ' ' order by version) from annals.projections")
          == "3:true 4:false");
    CHECK(refusal(header("sample_counts", 2) + sample_counts)
              .contains("version 3 of sample_counts is live, and newer than 2"));
}

TEST_CASE_FIXTURE(registry_of_a_database, "tables that begin with _ are not shown, views of the author are")
{
    apply(header("patients")
          + "create table _seen (patient text primary key);\n"
            "create view patients as select count(*) as patients from _seen;\n"
            "-- apply: *\ninsert into _seen select key from batch on conflict do nothing;");
    CHECK(ask("select string_agg(relname, ' ') from pg_class where relnamespace = 'read'::regnamespace") == "patients");
    CHECK(ask("select patients::text from read.patients") == "0");
}

TEST_CASE_FIXTURE(registry_of_a_database,
                  "a name that another projection shows is refused, naming it, and leaves nothing")
{
    apply(header("sample_counts") + sample_counts);
    CHECK(refusal(header("other") + sample_counts)
          == "file.sql: the projection sample_counts shows \"sample_counts\" already; give the table of other another "
             "name");
    CHECK(left_behind() == "1 schemas, 1 names, 1 rows, 1 roles");
    {
        pqxx::work tx(session);
        tx.exec("create view read.mine as select 1");
        tx.commit();
    }
    CHECK(refusal(header("other") + "create table mine (a int);\n-- apply: *\ndelete from mine;")
              .contains("read.\"mine\" exists already"));
}

TEST_CASE_FIXTURE(registry_of_a_database,
                  "SQL that the server refuses is reported with its line in the file, and leaves nothing")
{
    const auto head = header("broken");
    const auto table = std::string("create table broken (a int);\n");      // line 4
    CHECK(refusal(head + "create table broken (\n  a intt);\n-- apply: *\ndelete from broken;")
          == "file.sql:5: type \"intt\" does not exist");
    CHECK(refusal(head + "create tabel broken ();\n-- apply: *\nselect 1;")
          == "file.sql:4: syntax error at or near \"tabel\"");
    CHECK(refusal(head + table + "-- apply: *\ndelete from broken;\ndelete form broken;")
          == "file.sql:7: syntax error at or near \"form\"");
    CHECK(refusal(head + table
                  + "-- apply: a\ndelete from broken;\n-- apply: b\n\ninsert into broken\nselect 1\nfrom bacth;")
          == "file.sql:11: relation \"bacth\" does not exist");
    CHECK(refusal(head + table + "-- apply: *\ninsert into broken select b from batch")
              .starts_with("file.sql:6: column \"b\" does not exist"));
    CHECK(refusal(head + table + "-- apply: *\nselect 1")
              .starts_with("file.sql:6: query has no destination for result data"));
    CHECK(refusal(head + "create table batch (a int);\n-- apply: *\nselect 1;")
              .starts_with("file.sql:4: \"batch\" is the table of the events"));
    CHECK(left_behind() == nothing);
}

TEST_CASE_FIXTURE(registry_of_a_database, "whatever its author writes stays in the projection's schema")
{
    const auto head = header("escape");
    const auto block = [&](const std::string& statements) {
        return refusal(head + "create table escape (a int);\n-- apply: *\n" + statements);
    };
    CHECK(block("reset role;").contains("cannot set parameter \"role\" within security-definer function"));
    CHECK(block("set session authorization postgres;").contains("cannot set parameter \"session_authorization\""));
    CHECK(block("commit;").contains("invalid transaction termination"));
    CHECK(block("insert into annals.categories values ('x', 1);").contains("permission denied"));
    CHECK(block("delete from annals.events;").contains("permission denied"));
    CHECK(block("perform 1 from annals.events;").contains("permission denied"));
    CHECK(block("create table public.t (a int);").contains("permission denied"));
    CHECK(block("insert into batch (position) values (1);").contains("permission denied"));
    CHECK(block("create view read.mine as select 1 as a;").contains("permission denied"));
    CHECK(block("end; $annals0$; drop table annals.events; --").contains("unterminated dollar-quoted string"));
    CHECK(refusal(head + "reset role;\n-- apply: *\nselect 1;").contains("cannot set parameter \"role\""));
    CHECK(refusal(head + "commit;\n-- apply: *\nselect 1;").contains("transaction commands"));
    CHECK(refusal(head + "create table annals.t (a int);\n-- apply: *\nselect 1;").contains("permission denied"));
    CHECK(refusal(head + "create table t (a int); drop table annals.projections;\n-- apply: *\nselect 1;")
              .contains("permission denied"));
    CHECK(left_behind() == nothing);
}

TEST_CASE_FIXTURE(registry_of_a_database, "removing a projection leaves nothing of it, unless something depends on it")
{
    apply(header("sample_counts") + sample_counts);
    apply(header("sample_counts", 2) + sample_counts);
    {
        pqxx::work tx(session);
        tx.exec("create schema analyst; create view analyst.mine as select * from read.sample_counts");
        tx.commit();
    }
    CHECK_THROWS_WITH_AS(projections::registry::remove(session, "sample_counts"),
                         doctest::Contains("view analyst.mine depends on view read.sample_counts"),
                         eventstore::invalid_request);
    CHECK(left_behind() == "2 schemas, 1 names, 2 rows, 1 roles");
    {
        pqxx::work tx(session);
        tx.exec("drop schema analyst cascade");
        tx.commit();
    }
    projections::registry::remove(session, "sample_counts");
    CHECK(left_behind() == nothing);
    CHECK_THROWS_AS(projections::registry::remove(session, "sample_counts"), eventstore::invalid_request);
}

TEST_CASE_FIXTURE(registry_of_a_database, "the same file applied by many processes together is created once")
{
    std::vector<outcome> outcomes(8);
    {
        std::vector<std::jthread> all;
        for (auto& result : outcomes)
            all.emplace_back([&result, this] {
                pqxx::connection own(database.dsn());
                result = projections::registry::apply(
                    own, parse_sql(header("sample_counts") + sample_counts, "f").definition());
            });
    }
    CHECK(std::ranges::count(outcomes, outcome::created) == 1);
    CHECK(std::ranges::count(outcomes, outcome::unchanged) == 7);
}

TEST_CASE_FIXTURE(registry_of_a_database, "a user without the needed privileges learns which they are")
{
    {
        pqxx::work tx(session);
        tx.exec("do $$ begin create role annals_test_nobody login; exception when duplicate_object then end $$");
        tx.exec("grant annals_reader to annals_test_nobody");
        tx.commit();
    }
    pqxx::connection nobody(database.dsn() + " user=annals_test_nobody");
    CHECK_THROWS_WITH_AS(
        projections::registry::apply(nobody, parse_sql(header("sample_counts") + sample_counts, "f").definition()),
        doctest::Contains("needs a user with CREATEROLE, CREATE on this database and membership of annals_owner"),
        eventstore::invalid_request);
    CHECK(left_behind() == nothing);
}

TEST_CASE_FIXTURE(registry_of_a_database, "a user who is no superuser can apply and remove with those privileges")
{
    {
        pqxx::work tx(session);
        tx.exec(
            "do $$ begin create role annals_test_keeper login createrole; exception when duplicate_object then end $$");
        tx.exec("grant annals_owner to annals_test_keeper");
        tx.exec("grant create on database " + database.name() + " to annals_test_keeper");
        tx.commit();
    }
    pqxx::connection keeper(database.dsn() + " user=annals_test_keeper");
    CHECK(projections::registry::apply(keeper, parse_sql(header("sample_counts") + sample_counts, "f").definition())
          == outcome::created);
    CHECK(ask("set local role annals_analyst; select count(*)::text from read.sample_counts") == "0");
    projections::registry::remove(keeper, "sample_counts");
    CHECK(left_behind() == nothing);
}

TEST_CASE_FIXTURE(registry_of_a_database, "comments on tables and columns are shown with the views in read")
{
    apply(header("told") + R"(
create table "Told" (key text, "n°" int);
create view told_in_all as select count(*) as n from "Told";
comment on table "Told" is 'one row a key; it''s new';
comment on column "Told"."n°" is 'how often';
comment on view told_in_all is 'all of them';
-- apply: *
insert into "Told" select key, 1 from batch;
)");
    const auto comment = [&](const std::string& view, int column) {
        return ask("select coalesce(col_description('" + view + "'::regclass, " + std::to_string(column)
                   + "), 'none')");
    };
    CHECK(ask("select obj_description('read.\"Told\"'::regclass, 'pg_class')") == "one row a key; it's new");
    CHECK(comment("read.\"Told\"", 1) == "none");
    CHECK(comment("read.\"Told\"", 2) == "how often");
    CHECK(ask("select obj_description('read.told_in_all'::regclass, 'pg_class')") == "all of them");
}
