// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/eventstore/place.hpp>
#include <annals/projections/sql/check.hpp>
#include <tests/projections/support/events.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace annals;
using projections::parse_sql;

namespace {

const std::string doors = "-- projection: doors\n-- version: 1\n-- categories: door\n";
const std::string table = "create table doors (key text primary key);\n";
const std::string open_and_close =
    "-- apply: open\ninsert into doors select distinct key from batch on conflict do nothing;\n"
    "-- apply: close\ndelete from doors where key in (select key from batch);\n";

auto open_close_open() -> tests::made_up_log
{
    tests::made_up_log log("door");
    for (const auto* type : {"open", "close", "open"}) log.add("a", type);
    return log;
}

struct scratch_database {
    tests::temporary_database database;
    pqxx::connection session{database.dsn()};

    auto try_out(const std::string& text) -> projections::trial_result
    {
        return projections::check(session, parse_sql(text, "doors.sql"), open_close_open().events());
    }
    auto check(const std::string& text) -> std::string
    {
        const auto found = try_out(text).rows;
        return found ? to_string(*found) : "the same";
    }
};

}  // namespace

TEST_CASE_FIXTURE(scratch_database, "a file whose rows do not depend on batches passes and leaves nothing")
{
    CHECK(check(doors + table + open_and_close) == "the same");
    pqxx::work tx(session);
    CHECK(tx.query_value<int>("select count(*) from pg_namespace where nspname like 'p\\_%'") == 0);
    CHECK(tx.query_value<int>("select count(*) from pg_class where relnamespace::regnamespace::text ~ '^trial_'") == 0);
    CHECK(tx.query_value<int>("select count(*) from annals.trials where opened") == 0);
    CHECK(tx.query_value<int>("select count(*) from pg_roles where rolname like 'annals\\_p\\_%doors' and rolname like "
                              "'%' || (select oid from pg_database where datname = current_database()) || '%'")
          == 0);
}

TEST_CASE_FIXTURE(scratch_database, "a check shows the rows that the events make, and the statement that takes longest")
{
    const auto tried = try_out(doors + "create table \"All doors\" (key text, at int);\ncreate table _hidden (n int);\n"
                               + "-- apply: open\ninsert into \"All doors\" (key) select key from batch;\n"
                                 "-- apply: close\nperform pg_sleep(0.05);\n");
    REQUIRE(tried.made.size() == 1);
    const auto& made = tried.made[0];
    CHECK(made.name == "All doors");
    CHECK(made.columns == std::vector<std::string>{"key", "at"});
    CHECK(made.rows == 2);
    CHECK(made.first == std::vector<std::vector<std::optional<std::string>>>{{"a", std::nullopt}, {"a", std::nullopt}});
    REQUIRE(tried.slowest);
    CHECK(tried.slowest->line == 9);
    CHECK(tried.slowest->took >= std::chrono::milliseconds(50));
    CHECK(tried.slowest->plan.starts_with("Result  (cost="));
    CHECK(tried.took >= std::chrono::milliseconds(50));
}

TEST_CASE_FIXTURE(scratch_database, "of several statements in a block the slowest is shown with its plan")
{
    const std::string block = "-- apply: *\n"
                              "insert into doors select distinct key from batch\non conflict do nothing; -- line 6\n"
                              "insert into slow /* no: ; */\nselect key, pg_sleep(0.01)::text from batch where type = "
                              "'open' -- line 8\n;\nupdate doors set key = key;\n";
    const auto tried = try_out(doors + table + "create table slow (key text, slept text);\n" + block);
    REQUIRE(tried.slowest);
    CHECK(tried.slowest->line == 9);
    CHECK(tried.slowest->took >= std::chrono::milliseconds(20));
    CHECK(tried.slowest->plan.starts_with("Insert on slow"));
    CHECK(tried.slowest->plan.contains("actual time="));
    CHECK(tried.slowest->plan.contains("Filter: (type = 'open'::text)"));
    CHECK(tried.slowest->plan.contains("Buffers: "));
    CHECK(!tried.rows);
    REQUIRE(tried.made.size() == 2);
    CHECK(tried.made[1].rows == 2);
}

TEST_CASE_FIXTURE(scratch_database, "statements in loops and branches are watched, and their calls are added up")
{
    const auto tried = try_out(doors + table
                               + "-- apply: *\ndeclare e record;\nbegin\n  for e in select key from batch loop\n"
                                 "    if e.key is null then perform 1; else\n"
                                 "    with slept as materialized (select pg_sleep(0.01)) insert into doors\n"
                                 "    select e.key from slept on conflict do nothing; end if;\n  end loop;\nend;\n");
    REQUIRE(tried.slowest);
    CHECK(tried.slowest->line == 10);
    CHECK(tried.slowest->took >= std::chrono::milliseconds(30));
    CHECK(tried.slowest->plan.starts_with("Insert on doors"));
}

TEST_CASE_FIXTURE(scratch_database, "a block whose statements cannot be watched one by one is timed as a whole")
{
    for (const std::string block :
         {"declare n text;\nbegin\n  insert into doors select 'a' on conflict do nothing returning "
          "pg_sleep(0.01)::text\n"
          "  into n;\nend;\n",
          "insert into doors select 'a' on conflict do nothing;\nif found then perform pg_sleep(0.01); end if;\n"}) {
        const auto tried = try_out(doors + table + "-- apply: *\n" + block);
        REQUIRE(tried.slowest);
        CHECK(tried.slowest->line == 6);
        CHECK(tried.slowest->took >= std::chrono::milliseconds(10));
        CHECK(tried.slowest->plan.empty());
        CHECK(tried.slowest->is_block);
    }
}

TEST_CASE_FIXTURE(scratch_database, "a statement that cannot be explained is timed, too")
{
    const auto tried = try_out(doors + table
                               + "-- apply: *\ninsert into doors select 'a' on conflict do nothing;\n"
                                 "execute 'update doors set key = key where pg_sleep(0.01) is not null';\n");
    REQUIRE(tried.slowest);
    CHECK(tried.slowest->line == 7);
    CHECK(tried.slowest->took >= std::chrono::milliseconds(10));
    CHECK(tried.slowest->plan.empty());
    CHECK(!tried.slowest->is_block);
}

TEST_CASE_FIXTURE(scratch_database, "a file whose rows depend on batches is found, with table and row")
{
    CHECK(check(doors + "-- order: none\n" + table + open_and_close)
          == "the rows of doors depend on how events are batched: (a) when applied one by one");
    CHECK(check(doors
                + "create table batches (n bigint);\n-- apply: *\ninsert into batches select count(*) from batch;\n")
          == "the rows of batches depend on how events are batched: (1) when applied one by one, (3) when applied "
             "together");
}

TEST_CASE_FIXTURE(scratch_database, "an event that cannot be applied is named, with the line of the file")
{
    CHECK_THROWS_WITH_AS(
        check(doors + table + "-- apply: *\n\ninsert into doors select key from batch;"),
        doctest::Contains("doors.sql:7: the event door-a version 2 (close) cannot be applied: duplicate key value"),
        projections::bad_file);
    CHECK_THROWS_WITH_AS(
        check(doors
              + "create function two(a text) returns text language plpgsql as $$begin return 1 / (a <> 'close')::int"
              + "; end$$;\n-- apply: *\nperform 1;\nperform two(type) from batch;"),
        doctest::Contains("doors.sql:7: the event door-a version 2 (close) cannot be applied: division by zero"),
        projections::bad_file);
}

TEST_CASE_FIXTURE(scratch_database, "events that only fail together are not blamed one by one")
{
    CHECK_THROWS_WITH_AS(check(doors + "create table n (key text primary key, n int);\n-- apply: *\n"
                               + "insert into n select key, 1 from batch on conflict (key) do update set n = n.n + 1;"),
                         doctest::Contains("doors.sql:6: the 3 events together cannot be applied: ON CONFLICT"),
                         projections::bad_file);
}

TEST_CASE_FIXTURE(scratch_database, "rows that depend on when they are made are told from those that depend on batches")
{
    for (const std::string value : {"now()", "random()", "clock_timestamp()", "'now'::timestamptz"}) {
        const auto found = check(doors + "create table made (at text);\n-- apply: *\ninsert into made select " + value
                                 + "::text from batch;");
        CHECK_MESSAGE(found.starts_with("the rows of made depend on when events are applied: ("), value << found);
    }
    const auto indirect = check(doors + "create table made (at timestamptz default now(), key text);\n-- apply: *\n"
                                + "insert into made (key) select key from batch;");
    CHECK(indirect.starts_with("the rows of made depend on when events are applied: ("));
}

TEST_CASE_FIXTURE(scratch_database, "a file that says logs need no order is tried with another one")
{
    tests::made_up_log log("door");
    for (const auto* key : {"a", "b", "c"}) log.add(key, "open");
    auto events = log.events();
    for (int i = 0; i < 3; ++i) events.at(static_cast<std::size_t>(i)).partition = i;
    const auto last_key = [](const std::string& head) {
        return doors + head
               + "create table last_door (one int primary key, key text);\n-- apply: open\n"
                 "insert into last_door select 1, (array_agg(key order by place desc))[1] from batch\n"
                 "on conflict (one) do update set key = excluded.key;\n";
    };
    const auto found = projections::check(session, parse_sql(last_key("-- order: none\n"), "doors.sql"), events).rows;
    REQUIRE(found);
    CHECK(to_string(*found)
          == "the rows of last_door depend on the order between logs: (1,c) in the order of recording, "
             "(1,a) when applied log by log");
    CHECK(projections::check(session, parse_sql(last_key("-- parallel: key\n"), "doors.sql"), events).rows);
    CHECK(!projections::check(session, parse_sql(last_key(""), "doors.sql"), events).rows);
    CHECK(!projections::check(session,
                              parse_sql(doors + "-- order: none\n" + table
                                            + "-- apply: open\ninsert into doors select key from batch;\n",
                                        "doors.sql"),
                              events)
               .rows);
}

TEST_CASE_FIXTURE(scratch_database, "a view whose rows depend on the session that asks is told")
{
    const std::string seen = "create table seen (at timestamptz);\n";
    const std::string block = "-- apply: *\ninsert into seen select occurred_at from batch;\n";
    const auto views = [&](const std::string& view) { return try_out(doors + seen + view + block).views; };
    CHECK(views("create view hours as select date_trunc('hour', at) from seen;\n")
          == std::vector<std::string>{"hours"});
    CHECK(views("create view texts as select at::text from seen;\n") == std::vector<std::string>{"texts"});
    CHECK(views("create view hours as select date_trunc('hour', at, 'UTC'), now() from seen;\n").empty());
    CHECK(views("create view _hidden as select at::text from seen;\n").empty());
}

TEST_CASE("words that mean the time at which a block runs are told with their line")
{
    const auto found = projections::clock_words(
        parse_sql(doors + "create view v as select now();\n-- apply: *\nselect Current_Date, now, b.localtime;\n"
                      + "-- now() is a comment\nselect 'now()', now ();\n",
                  "doors.sql"));
    REQUIRE(found.size() == 2);
    CHECK(found[0].word == "current_date");
    CHECK(found[0].line == 6);
    CHECK(found[1].word == "now");
    CHECK(found[1].line == 8);
}

TEST_CASE("a sample has the first and the last events of every log of the categories that exist")
{
    eventstore::memory::memory_store store(4);
    for (int i = 0; i < 100; ++i) {
        eventstore::append_request request;
        request.streams.push_back(
            {{"door", "k" + std::to_string(i)}, eventstore::expected_version::any(), {{.type = "open"}}});
        REQUIRE(store.append(request));
    }
    const auto sample = projections::sample_of(store, {"door", "nowhere"}, 20);
    CHECK(sample.size() == 20);
    CHECK(std::ranges::is_sorted(sample, {}, eventstore::place_of));
    const auto heads = store.heads("door");
    for (int partition = 0; partition < 4; ++partition) {
        std::vector<std::int64_t> positions;
        for (const auto& event : sample)
            if (event.partition == partition) positions.push_back(event.position.number);
        const auto head = heads.at(static_cast<std::size_t>(partition)).number;
        CHECK(positions == std::vector<std::int64_t>{1, 2, 3, head - 1, head});
    }
    CHECK(projections::sample_of(store, {"door"}, 1'000).size() == 100);
    CHECK(projections::sample_of(store, {"nowhere"}, 20).empty());
}

TEST_CASE("types of blocks that no event of the sample has are told with their line")
{
    const auto file = parse_sql(
        doors + "-- apply: open, clos\nselect;\n-- apply: door.*\nselect;\n-- apply: *\nselect;", "doors.sql");
    const auto unseen = projections::unseen_types(file, open_close_open().events());
    REQUIRE(unseen.size() == 2);
    CHECK(unseen[0].name == "clos");
    CHECK(unseen[1].name == "door.*");
    CHECK(unseen[1].line == unseen[0].line + 2);
}
