// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/moving_transaction.hpp>
#include <annals/projections/rebuild/bounded_feed.hpp>
#include <annals/projections/rebuild/meeting.hpp>
#include <annals/projections/rebuild/swap.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <tests/projections/support/waiting.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>

using namespace annals;
using namespace annals::projections::rebuild;
using projections::registry::entry;
using outcome = meeting::outcome;

namespace {

/// A projection of two logs whose second version waits; nobody applies anything but the test.
struct two_versions {
    tests::temporary_database database;
    pqxx::connection session{database.dsn()};
    entry live, built;

    two_versions()
    {
        run("select annals.ensure_category('sample', 2)");
        live = applied(1);
        built = applied(2);
    }
    auto applied(int version) -> entry
    {
        const auto text = "-- projection: wards\n-- version: " + std::to_string(version)
                          + "\n-- categories: sample\ncreate table wards (n int);\n-- apply: *\nperform 1;\n";
        projections::registry::apply(session, projections::parse_sql(text, "wards.sql").definition());
        pqxx::work tx(session);
        return *projections::registry::find(tx, {"wards", version});
    }
    void run(const std::string& statement)
    {
        pqxx::work tx(session);
        tx.exec(statement);
        tx.commit();
    }
    void put(const entry& version, int first, int second)
    {
        run("insert into annals.checkpoints (processor, version, log, position, registration) select 'wards', "
            + std::to_string(version.id.version) + ", log, case partition when 0 then " + std::to_string(first)
            + " else " + std::to_string(second) + " end, " + std::to_string(version.id.registration)
            + " from annals.logs on conflict (processor, version, log) do update set position = excluded.position");
    }
    auto live_version() -> int
    {
        pqxx::work tx(session);
        return tx.query_value<int>("select version from annals.projections where live");
    }
    auto bounds() -> std::string
    {
        pqxx::work tx(session);
        return tx.query_value<std::string>(
            "select coalesce(string_agg(stop_at::text, ',' order by log), '') from annals.checkpoints "
            "where stop_at is not null");
    }
    auto meet() -> meeting { return {database.dsn(), live.id, built.id}; }
};

}  // namespace

TEST_CASE_FIXTURE(two_versions, "a meeting where the built version is behind in one log does not take place")
{
    put(live, 5, 5);
    put(built, 9, 4);
    auto both = meet();
    CHECK(both.at_least() == outcome::built_is_behind);
    CHECK(both.at_the_same() == outcome::live_is_behind);
    CHECK(bounds().empty());                                 // nothing stays held
}

TEST_CASE_FIXTURE(two_versions, "the live version waits during a meeting, and goes on after it")
{
    put(live, 5, 5);
    put(built, 5, 6);
    auto both = meet();
    REQUIRE(both.at_least() == outcome::together);
    CHECK_THROWS_AS(
        run("set local lock_timeout = '50ms'; update annals.checkpoints set position = 6 where version = 1"),
        pqxx::sql_error);
    both.release();
    CHECK_NOTHROW(run("set local lock_timeout = '50ms'; update annals.checkpoints set position = 6 where version = 1"));
}

TEST_CASE_FIXTURE(two_versions,
                  "a batch of the live version that takes long is not waited for, whatever the time-outs are")
{
    put(live, 5, 5);
    put(built, 5, 5);
    run("do $$ begin execute format('alter database %I set lock_timeout = ''50ms''', current_database()); end $$");
    pqxx::connection working(database.dsn());
    pqxx::work batch(working);
    batch.exec("update annals.checkpoints set position = 6 where version = 1");
    auto both = meet();
    CHECK(both.at_least() == outcome::live_is_busy);
    CHECK(bounds().empty());
    batch.abort();
    CHECK(both.at_least() == outcome::together);
}

TEST_CASE_FIXTURE(two_versions, "a batch that locks the checkpoints in another order is not waited for")
{
    put(live, 5, 5);
    put(built, 5, 5);
    pqxx::connection working(database.dsn());
    pqxx::work batch(working);
    const std::string move = "update annals.checkpoints set position = 6 where version = 1 and log = ";
    batch.exec(move + "(select max(log) from annals.logs)");
    {
        std::jthread rest_of_batch([&] {
            CHECK(tests::comes_true(database.dsn(), "exists (select from pg_stat_activity where datname = "
                                                    "current_database() and wait_event_type = 'Lock')"));
            CHECK_NOTHROW(batch.exec(move + "(select min(log) from annals.logs)"));
        });
        auto both = meet();
        CHECK(both.at_least() == outcome::live_is_busy);
    }
    batch.commit();
    CHECK(meet().at_least() == outcome::built_is_behind);
}

TEST_CASE_FIXTURE(two_versions, "the built version is bound to the positions of the live one until both are let go")
{
    put(live, 7, 5);
    put(built, 5, 5);
    std::jthread builder([&] {
        pqxx::connection own(database.dsn());
        for (int look = 0; look < 200; ++look) {
            {
                pqxx::work tx(own);
                tx.exec("update annals.checkpoints set position = stop_at where version = 2 and stop_at > position");
                tx.commit();
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    });
    auto both = meet();
    REQUIRE(both.at_the_same() == outcome::together);
    CHECK(bounds() == "7,5");
    both.release();
    CHECK(bounds().empty());
}

TEST_CASE_FIXTURE(two_versions, "a checkpoint does not move beyond its bound, even for a builder that has not seen it")
{
    put(built, 1, 0);
    run("update annals.checkpoints set stop_at = 2, epoch = 1 where version = 2");
    pqxx::work reading(session);
    const auto log = reading.query_value<int>("select log from annals.logs where partition = 0");
    reading.commit();
    const processors::checkpoint at{.of = {log, {"sample", 0}}, .position = {1}, .epoch = 1};
    const auto event_at = [](std::int64_t position) {
        eventstore::recorded_event event;
        event.id = eventstore::new_uuid();
        event.stream = {"sample", "S"};
        event.position = {position};
        return event;
    };
    processors::prepare_moves(session);
    using processors::moving_transaction;
    CHECK_NOTHROW(moving_transaction(session, built.id, {&at, 1}, std::vector{event_at(2)}));
    CHECK_THROWS_AS(moving_transaction(session, built.id, {&at, 1}, std::vector{event_at(2), event_at(3)}),
                    processors::fenced);
}

TEST_CASE("a bounded feed hands out nothing beyond a bound, and the rest of the other logs")
{
    eventstore::memory::memory_store store(1);
    for (const auto* category : {"a", "b"})
        for (int i = 0; i < 3; ++i)
            REQUIRE(store.append({.streams = {{{category, "k"}, {}, {eventstore::new_event{.type = "t"}}}}}));
    processors::log_feed log(store);
    bounded_feed feed(log);
    const std::vector<eventstore::log_cursor> begin{{{"a", 0}, {0}}, {{"b", 0}, {0}}};
    CHECK(feed.next(begin, {}).size() == 6);
    feed.stop_at({{{"a", 0}, {1}}});
    CHECK(feed.next(begin, {}).size() == 4);
    CHECK(feed.next(std::vector<eventstore::log_cursor>{{{"a", 0}, {1}}}, {}).empty());
    feed.stop_at({});
    CHECK(feed.next(begin, {}).size() == 6);
}

TEST_CASE_FIXTURE(two_versions, "a version that is behind is not swapped in, and one that is as far is")
{
    put(live, 5, 5);
    put(built, 9, 4);
    std::stop_source stop;
    const auto give_up = [&](const std::string&) { stop.request_stop(); };
    CHECK_FALSE(projections::rebuild::swap(database.dsn(), {live, built}, {}, stop.get_token(), give_up));
    CHECK(live_version() == 1);
    put(built, 9, 5);
    CHECK(projections::rebuild::swap(database.dsn(), {live, built}, {}, {}, [](const std::string&) {}));
    CHECK(live_version() == 2);
}

TEST_CASE_FIXTURE(two_versions, "a swap that another command has made already changes nothing")
{
    put(live, 5, 5);
    put(built, 5, 5);
    const version_pair of{live, built};
    const auto nobody = [](const std::string&) {};
    REQUIRE(projections::rebuild::swap(database.dsn(), of, {}, {}, nobody));
    CHECK_THROWS_AS((void)projections::rebuild::swap(database.dsn(), of, {}, {}, nobody), eventstore::error);
    CHECK(live_version() == 2);
}

TEST_CASE_FIXTURE(two_versions, "a swap waits for a reader's lock, and lets new readers pass meanwhile")
{
    put(live, 5, 5);
    put(built, 5, 5);
    pqxx::connection reading(database.dsn());
    pqxx::work reader(reading);
    reader.exec("select from read.wards");
    std::atomic<int> waited = 0;
    const auto tell = [&](const std::string&) {
        run("set local statement_timeout = '2s'; select from read.wards");
        if (++waited == 3) reader.abort();
    };
    CHECK(projections::rebuild::swap(database.dsn(), {live, built}, {}, {}, tell));
    CHECK(waited == 3);
    CHECK(live_version() == 2);
}
