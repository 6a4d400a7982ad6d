// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/transactional_append.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/facts/facts.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/worker.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/projection_source.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/table/table.hpp>
#include <annals/projections/view/view.hpp>
#include <tests/projections/support/waiting.hpp>
#include <tests/support/database.hpp>
#include <tests/support/kept_lines.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <thread>

/// Rows that take events of several streams: what is applied live, with many writers, and what is built from the log
/// afterwards are both compared with a fold of the log by code of this test.
using namespace annals;
using eventstore::recorded_event;

namespace {

struct moved {
    std::string person;
    int to = 0;
};
ANNALS_EVENT(moved, "door.moved", person, to)

/// Where each person went, in order; a person passes many doors, and each door has a stream of its own.
struct path_taken {
    static constexpr projections::header header{.projection = "path_taken", .version = 1, .categories = "door, gate"};
    using event = std::variant<moved>;
    static auto key(const moved& fact) { return fact.person; }
    std::string path;
    void evolve(const moved& fact) { path += " " + std::to_string(fact.to); }
};
ANNALS_FIELDS(path_taken, path)

struct all_moves {
    static constexpr projections::header header{.projection = "all_moves", .version = 1, .categories = "door, gate"};
    using event = std::variant<moved>;
    static constexpr auto ddl =
        "create table all_moves (n bigint primary key, who text not null, moved_to int not null)";
    void project(const moved& fact, const recorded_event&, pqxx::transaction_base& tx) const
    {
        tx.exec("insert into all_moves select coalesce(max(n), 0) + 1, $1, $2 from all_moves",
                pqxx::params{fact.person, fact.to});
    }
};

const std::string last_seen = R"(-- projection: last_seen
-- version: 1
-- categories: door, gate
-- order: strict
create table last_seen (person text primary key, moved_to int not null, path text not null);
-- apply: door.moved
insert into last_seen as l
select data->>'person', (array_agg((data->>'to')::int order by place desc))[1],
       string_agg(' ' || (data->>'to'), '' order by place)
from batch group by 1
on conflict (person) do update set moved_to = excluded.moved_to, path = l.path || excluded.path;
)";

struct house {
    tests::temporary_database database;
    std::unique_ptr<eventstore::store> store = eventstore::postgres::open_store({.dsn = database.dsn()});
    std::shared_ptr<tests::kept_lines> said = std::make_shared<tests::kept_lines>();

    explicit house(bool has_gates = true)
    {
        telemetry::send_log_to(said);
        store->ensure_category({"door", 8});
        if (has_gates) store->ensure_category({"gate", 3});
    }
    ~house() { telemetry::send_log_to(nullptr); }

    static auto request(const std::string& category, const std::string& key, const std::string& person, int to)
        -> eventstore::append_request
    {
        return {.streams = {{{category, key}, {}, {facts::to_new_event(moved{.person = person, .to = to})}}}};
    }

    void move(const std::string& person, int to, const std::string& category = "door")
    {
        REQUIRE(store->append(request(category, category + "-" + std::to_string(to), person, to)));
    }

    auto sql(const std::string& statement) -> std::string
    {
        pqxx::connection session(database.dsn());
        pqxx::nontransaction tx(session);
        const auto rows = tx.exec(statement);
        return rows.empty() || rows[0][0].is_null() ? "" : rows[0][0].as<std::string>();
    }

    /// Where each went, by a fold of the log.
    auto paths() -> std::map<std::string, std::string>
    {
        std::vector<recorded_event> all;
        for (const auto& category : store->categories())
            for (int partition = 0; partition < category.partitions; ++partition)
                for (auto& event : store->read_log({category.name, partition}, {}, {.events_max = 100'000}))
                    all.push_back(event);
        std::ranges::stable_sort(all, [](const recorded_event& one, const recorded_event& other) {
            return std::tuple(one.recorded_at, one.stream.category, one.partition, one.position)
                   < std::tuple(other.recorded_at, other.stream.category, other.partition, other.position);
        });
        std::map<std::string, std::string> paths;
        for (const auto& event : all) {
            const auto fact = eventstore::json::parse(event.data);
            paths[fact["person"]] += " " + std::to_string(fact["to"].get<int>());
        }
        return paths;
    }

    void check_rows(const std::string& model, const std::string& person_column, const std::string& path)
    {
        std::map<std::string, std::string> found;
        pqxx::connection session(database.dsn());
        pqxx::nontransaction tx(session);
        for (const auto& [person, taken] : tx.query<std::string, std::string>("select " + person_column + ", " + path
                                                                              + " from read." + model + " group by 1"))
            found[person] = taken;
        CHECK_MESSAGE(found == paths(), model);
    }

    void check_all()
    {
        check_rows("path_taken", "key", "min(path)");
        check_rows("all_moves", "who", "string_agg(' ' || moved_to, '' order by n)");
        check_rows("last_seen", "person", "min(path)");
    }

    void apply_definitions()
    {
        pqxx::connection session(database.dsn());
        projections::registry::apply(session, projections::view<path_taken>::definition());
        projections::registry::apply(session, projections::table<all_moves>::definition());
        projections::registry::apply(session, projections::parse_sql(last_seen, "last_seen.sql").definition());
    }

    /// As it is registered.
    template <class Projection>
    auto own() const -> projections::own_projection
    {
        const auto id = Projection::definition().id;
        pqxx::connection session(database.dsn());
        pqxx::nontransaction tx(session);
        return {id, projections::registry::find(tx, id).value().hash,
                [](const processors::processor_id& registered) { return std::make_shared<Projection>(registered); }};
    }

    auto work() -> std::jthread
    {
        return std::jthread([this](const std::stop_token& stop) {
            processors::log_feed feed(*store);
            processors::worker(
                {.model_dsn = database.dsn(),
                 .process = "test",
                 .source = projections::projection_source(
                     database.dsn(), {own<projections::view<path_taken>>(), own<projections::table<all_moves>>()})},
                *store, feed)
                .run(stop);
        });
    }

    auto catches_up() -> bool
    {
        return tests::comes_true(database.dsn(), "bool_and(events_behind = 0) and count(distinct projection) = 3 from "
                                                 "annals.lag where projection in "
                                                 "('path_taken', 'all_moves', 'last_seen')");
    }
};

}  // namespace

TEST_CASE("rows that take several streams are the same live and built from the log, with writers in parallel")
{
    house in;
    in.apply_definitions();
    const auto seed = std::random_device()();
    CAPTURE(seed);
    {
        const auto worker = in.work();
        std::vector<std::jthread> writers;
        for (unsigned writer = 0; writer < 5; ++writer)
            writers.emplace_back([&in, writer, seed] {
                std::minstd_rand random(seed + writer);
                pqxx::connection session(in.database.dsn());
                for (int i = 0; i < 150; ++i) {
                    const auto category = random() % 4 == 0 ? "gate" : "door";
                    const auto what =
                        house::request(category, "k" + std::to_string(random() % 40),
                                       "p" + std::to_string(random() % 5), static_cast<int>(random() % 100));
                    if (writer > 1) {
                        (void)in.store->append(what);
                        continue;
                    }
                    pqxx::work tx(session);  // its events are seen only later, or never
                    (void)eventstore::postgres::append(tx, what);
                    std::this_thread::sleep_for(std::chrono::microseconds(random() % 4000));
                    if (random() % 5 != 0) tx.commit();
                }
            });
        writers.clear();
        REQUIRE(in.catches_up());
    }
    in.check_all();
    CHECK(in.sql("select sum(late_events) from annals.checkpoints") == "0");

    for (const auto* const name : {"path_taken", "all_moves", "last_seen"}) {
        pqxx::connection session(in.database.dsn());
        projections::registry::remove(session, name);
    }
    in.apply_definitions();
    const auto worker = in.work();
    REQUIRE(in.catches_up());
    in.check_all();
}

TEST_CASE("while a session keeps a log locked, events of other logs wait, and it is said for which log")
{
    house in;
    in.apply_definitions();
    const auto worker = in.work();
    in.move("ada", 1);
    REQUIRE(in.catches_up());
    const auto log = in.sql("select log from annals.logs where category = 'gate' and partition = 1");
    {
        pqxx::connection other(in.database.dsn());
        pqxx::work holding(other);
        holding.exec("select pg_advisory_xact_lock(4711, " + log + ")");
        in.move("ada", 2);
        CHECK(tests::comes_true(in.database.dsn(),
                                "count(distinct processor) = 3 from annals.processor_failures where reason like "
                                "'events wait for appends to the log gate/1%'"));
        CHECK(in.sql("select path from read.path_taken where key = 'ada'") == " 1");
    }
    REQUIRE(in.catches_up());
    in.check_all();
    CHECK(tests::comes_true(in.database.dsn(), "count(*) = 0 from annals.processor_failures"));
}

TEST_CASE("an event that a clock set back puts before others is applied, counted, and said")
{
    house in;
    in.apply_definitions();
    const auto worker = in.work();
    in.move("ada", 1);
    REQUIRE(in.catches_up());
    in.sql("insert into annals.events (position, version, recorded_at, id, log, schema_version, key, type, data, "
           "metadata) "
           "select 1, 1, now() - interval '1 hour', gen_random_uuid(), log, 1, 'k', 'door.moved', "
           "'{\"person\":\"ada\",\"to\":9}', '{}' from annals.logs where category = 'gate' and partition = 0");
    REQUIRE(in.catches_up());
    CHECK(in.sql("select path from read.path_taken where key = 'ada'") == " 1 9");
    CHECK(in.sql("select string_agg(distinct late_events::text, ' ') from annals.checkpoints where late_events > 0")
          == "1");
    CHECK(in.sql("select count(*) from annals.checkpoints where late_events > 0") == "3");
    CHECK(in.said->count("the server's clock was set back") == 3);
}

TEST_CASE("a category that is created while others are applied comes in its place")
{
    house in(false);
    in.apply_definitions();
    const auto worker = in.work();
    for (int i = 0; i < 20; ++i) in.move("ada", i);
    REQUIRE(in.catches_up());
    for (int i = 20; i < 60; ++i) in.move("ada", i, i % 2 == 0 ? "gate" : "door");
    REQUIRE(in.catches_up());
    in.check_all();
}
