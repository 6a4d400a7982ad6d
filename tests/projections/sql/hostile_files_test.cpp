// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/batch_applier.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/schema.hpp>
#include <annals/projections/sql/check.hpp>
#include <annals/projections/sql/projection_source.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <tests/projections/support/events.hpp>
#include <tests/support/login_user.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace annals;
using projections::parse_sql;

namespace {

const std::string head = "-- projection: seen\n-- version: 1\n-- categories: sample\n";
const std::string table = "create table seen (key text);\n";
const std::string block = "-- apply: *\ninsert into seen select key from batch;\n";

/// A function that complains when it runs as anybody but the role of a projection.
const std::string trap = R"(
create function trap() returns oid language plpgsql as $x$ begin
    if current_user !~ '^annals_(trial|p_)' then raise exception 'ran as %', current_user; end if;
    return 0;
end $x$;
)";

/// Names that annals' own statements use, where a session might find them first.
const std::string shadows = R"(
create function accepts(jsonb) returns boolean language sql as 'select trap() is not null';
create function put_traps() returns void language plpgsql as $x$ begin
    create temp view pg_class as
        select 'x'::name as relname, 'r'::"char" as relkind, trap() as relnamespace, 0::oid as oid;
    create domain pg_temp.jsonb as pg_catalog.jsonb check (accepts(value));
end $x$;
)";

/// What would outlast a function in the session that calls it.
const std::vector<std::string> leftovers{
    "set search_path = pg_temp, pg_catalog",
    "execute 'deallocate annals_apply_blocks'; execute 'prepare annals_apply_blocks as select trap()'",
    "execute 'declare c cursor with hold for select trap()'",
    "create function fires() returns trigger language plpgsql as 'begin perform trap(); return new; end'; create "
    "constraint trigger later after insert on seen deferrable initially deferred for each row execute function fires()",
};

/// A database with an analyst, who is nothing else.
struct database_of_an_analyst {
    tests::temporary_database database;
    std::vector<std::string> roles{"annals_analyst"};
    tests::login_user ada{database, "ada", roles};
    pqxx::connection owner = processors::open_model_connection(database.dsn(), "test");
    pqxx::connection session = processors::open_model_connection(ada.dsn(), "test");

    auto check(const std::string& text) -> std::string
    {
        tests::made_up_log log;
        log.add("S-1", "sample.created");
        log.add("S-2", "sample.created");
        try {
            const auto found = projections::check(session, parse_sql(text, "f"), log.events()).rows;
            return found ? to_string(*found) : "the same";
        } catch (const eventstore::error& problem) {
            return problem.what();
        }
    }
    auto ask(const std::string& query) -> std::string
    {
        pqxx::work tx(owner);
        return tx.query_value<std::string>(query);
    }
};

}  // namespace

TEST_CASE_FIXTURE(database_of_an_analyst,
                  "an analyst who is nothing else checks a file, and reads only what analysts read")
{
    CHECK(check(head + table + block) == "the same");
    CHECK(check(head + table + block + block + "insert into seen select count(*) from batch;")
              .starts_with("the rows of seen depend on how events are batched"));
    projections::registry::apply(owner, parse_sql("-- projection: other\n-- version: 1\n-- categories: sample\n"
                                                  "create table other (n int);\n-- apply: *\nperform 1;\n",
                                                  "other")
                                            .definition());
    CHECK(check(head + table + "-- apply: *\ninsert into seen select key from batch, (select count(*) from other) o;\n")
          == "the same");
    CHECK(check(head + table + "-- apply: *\ninsert into seen select n from p_other_1.other;\n")
          == "f:6: permission denied for schema p_other_1");
    CHECK(ask("select count(*)::text from pg_class where relnamespace::regnamespace::text ~ '^trial_'") == "0");
}

TEST_CASE_FIXTURE(database_of_an_analyst, "a file that is checked can do nothing but what it could when applied")
{
    for (const std::string hostile :
         {"reset role", "set role annals_owner", "set session authorization default", "commit", "rollback",
          "insert into annals.trials values ('x')", "delete from annals.trials", "create schema mine",
          "perform count(*) from annals.events", "delete from annals.events", "create table public.mine ()",
          "perform pg_read_file('/etc/passwd')", "copy seen to program 'true'", "perform annals.open_trial()",
          "perform pg_terminate_backend(pg_backend_pid())", "alter role current_user superuser"}) {
        const auto in_block = check(head + table + "-- apply: *\n" + hostile + ";\n");
        CHECK_MESSAGE(in_block.starts_with("f:6: "), hostile << ": " << in_block);
        const auto at_creation = check(head + table + "do $$ begin " + hostile + "; end $$;\n" + block);
        CHECK_MESSAGE(at_creation.starts_with("f:"), hostile << ": " << at_creation);
    }
    CHECK(ask("select (not rolsuper)::text from pg_roles where rolname = 'annals_trial'") == "true");
}

TEST_CASE_FIXTURE(database_of_an_analyst, "what a file leaves behind is never run as the one who checks or applies it")
{
    const auto put = trap + shadows + table + "select put_traps();\n";
    CHECK(check(head + put + block) == "the same");
    CHECK(check(head + trap + table + "create function text_of(seen) returns text language sql as "
                + "$$ select 'x' || trap() $$;\ncreate cast (seen as text) with function text_of(seen);\n" + block)
          == "the same");
    CHECK(check(head + trap + table + "alter table seen enable row level security;\n"
                + "create policy trapped on seen using (trap() is not null);\n" + block)
          == "the same");
    for (const auto& left : leftovers) {
        const auto at_creation = head + trap + table + "do $do$ begin " + left + "; end $do$;\n" + block;
        CHECK_MESSAGE(check(at_creation).contains(" not allowed here"), left);
        CHECK_THROWS_AS(projections::registry::apply(owner, parse_sql(at_creation, "f").definition()),
                        projections::bad_file);
        CHECK_MESSAGE(check(head + trap + table + block + left + ";\n").contains(" not allowed here"), left);
        const auto and_fails = check(head + trap + table + block + left + ";\nraise exception 'no';\n");
        CHECK_MESSAGE(and_fails.starts_with("f:"), left << ": " << and_fails);
        CHECK_MESSAGE(!and_fails.contains("ran as"), left << ": " << and_fails);
    }
    CHECK_NOTHROW(projections::registry::apply(owner, parse_sql(head + put + block, "f").definition()));
    CHECK(ask("select count(*)::text from read.seen") == "0");
}

TEST_CASE_FIXTURE(database_of_an_analyst, "what a block leaves behind is never run as the worker")
{
    auto worker = processors::open_model_connection(database.dsn(), "test");
    tests::made_up_log log;
    for (int i = 0; i < 3; ++i) log.add("S-1", "sample.created");
    const auto work = [&](const std::string& left) -> std::string {
        const auto file = parse_sql(head + trap + shadows + table + block + "if (select count(*) from seen) = 1 then\n"
                                        + left + ";\nend if;\n",
                                    "f");
        projections::registry::apply(owner, file.definition());
        projections::sql_projection projection(file);
        std::string problem = "none";
        try {
            projection.prepare(worker);
            for (const auto& event : log.events()) {
                pqxx::work tx(worker);
                projection.apply(tx, {&event, 1});
                tx.commit();
            }
        } catch (const pqxx::sql_error& refused) {
            problem = refused.what();
        }
        projections::registry::remove(owner, "seen");
        pqxx::nontransaction(worker).exec("deallocate all");
        return problem;
    };
    CHECK(work("perform put_traps()") == "none");
    for (const auto& left : leftovers) CHECK_MESSAGE(work(left).contains(" not allowed here"), left);
    CHECK(work("alter function block_1() security invoker").contains("would not run as the role of its projection"));
}

TEST_CASE_FIXTURE(database_of_an_analyst,
                  "a statement that a failing block prepares is not run in the place of the worker's")
{
    const auto file = parse_sql(head + trap + table + block + R"(
if exists (select from batch where type = 'bad') then
    execute 'deallocate annals_apply_blocks';
    execute 'prepare annals_apply_blocks (text[], int[], bigint[], text[], bigint[], uuid[], text[], int[],
                                        text[], text[], timestamptz[], timestamptz[]) as select trap()';
    raise exception 'no place for it';
end if;
)",
                                "f");
    projections::registry::apply(owner, file.definition());
    eventstore::memory::memory_store store(1);
    const std::vector<std::pair<std::string, std::string>> events{{"S-1", "good"}, {"S-1", "bad"}, {"S-2", "good"}};
    for (const auto& [key, type] : events) {
        const eventstore::new_event event{.type = type};
        REQUIRE(store.append({.streams = {{{"sample", key}, eventstore::expected_version::any(), {event}}}}));
    }
    processors::log_feed feed(store);
    const auto found = projections::projection_source(database.dsn())();
    REQUIRE(found.size() == 1);
    processors::batch_applier worker(*found.front(), store, feed);
    worker.connect(processors::open_model_connection(database.dsn(), "test"));
    const std::string category = "sample";
    worker.work_on(processors::number_logs(owner, store, {&category, 1}));
    worker.step();
    CHECK(ask("select count(*)::text from read.seen") == "2");
    CHECK(ask("select reason from annals.parked").contains("seen version 1:17: no place for it"));
}

TEST_CASE_FIXTURE(database_of_an_analyst,
                  "no transaction with a trial can be committed, and its schema is nobody else's")
{
    {
        pqxx::work tx(session);
        const auto trial = projections::open_trial(tx);
        CHECK_THROWS_WITH_AS(tx.commit(), doctest::Contains("cannot be committed"), pqxx::sql_error);
    }
    {
        pqxx::work tx(session);
        projections::open_trial(tx);
        CHECK_THROWS_AS(tx.exec("set constraints all immediate"), pqxx::sql_error);
    }
    {
        pqxx::work tx(session);
        CHECK_THROWS_WITH_AS(tx.exec("select annals.trial_function('read', 'f', 'void', '{}', 'begin end')"),
                             doctest::Contains("\"read\" is no trial"), pqxx::sql_error);
    }
    {
        pqxx::work tx(session);
        const auto trial = projections::open_trial(tx);
        CHECK_THROWS_AS(tx.exec("create table " + trial.name + ".mine ()"), pqxx::insufficient_privilege);
    }
    CHECK(ask("select count(*)::text from pg_class where relnamespace::regnamespace::text ~ '^trial_'") == "0");
}

TEST_CASE_FIXTURE(database_of_an_analyst, "a check does not wait for another one of the same file")
{
    const auto file = parse_sql(head + table + block, "f");
    pqxx::work tx(session);
    projections::schema::create_trial(tx, file.definition());
    pqxx::nontransaction(owner).exec("set lock_timeout = '1s'");
    CHECK_FALSE(projections::check(owner, file, {}).rows);
}
