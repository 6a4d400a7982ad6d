// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/projection_source.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <tests/projections/support/events.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <random>
#include <span>
#include <string>
#include <vector>

using namespace annals;
using projections::parse_sql;
using events = std::span<const eventstore::recorded_event>;

namespace {

const std::string sample_counts = R"(-- projection: sample_counts
-- version: 1
-- categories: sample

create table sample_counts (sample_type text primary key, total bigint not null, first_at timestamptz);

-- apply: sample.created
insert into sample_counts as c
select coalesce(data->>'sample_type', 'unknown'), count(*), min(occurred_at) from batch group by 1
on conflict (sample_type) do update
set total = c.total + excluded.total, first_at = least(c.first_at, excluded.first_at);
)";

/// Which doors are open, and what happened to each: wrong immediately if a key's events change places.
auto doors(const std::string& order) -> std::string
{
    return "-- projection: doors\n-- version: 1\n-- categories: door\n" + order + R"(
create table doors (key text primary key);
create table _story (key text primary key, story text not null);

-- apply: open
insert into doors select distinct key from batch on conflict do nothing;
-- apply: close
delete from doors where key in (select key from batch);
-- apply: *
insert into _story as s select key, string_agg(type, ' ' order by version) from batch group by key
on conflict (key) do update set story = s.story || ' ' || excluded.story;
)";
}

struct projected_database {
    tests::temporary_database database;
    pqxx::connection session{database.dsn()};

    auto registered(const std::string& text) -> projections::sql_projection
    {
        const auto file = parse_sql(text, "file.sql");
        projections::registry::apply(session, file.definition());
        projections::sql_projection projection(file);
        projection.prepare(session);
        return projection;
    }
    void apply(projections::sql_projection& projection, events batch)
    {
        pqxx::work tx(session);
        projection.apply(tx, batch);
        tx.commit();
    }
    auto ask(const std::string& query) -> std::string
    {
        pqxx::work tx(session);
        const auto row = tx.exec(query).one_field();
        return row.is_null() ? "nothing" : row.as<std::string>();
    }
    void empty(const std::string& tables)
    {
        pqxx::work tx(session);
        tx.exec("truncate " + tables);
        tx.commit();
    }
};

auto random_log(std::mt19937& random, const std::vector<std::string>& types) -> tests::made_up_log
{
    tests::made_up_log log("door");
    for (int i = 0; i < 60; ++i)
        log.add(std::string(1, static_cast<char>('a' + random() % 4)), types[random() % types.size()]);
    return log;
}

}  // namespace

TEST_CASE_FIXTURE(projected_database, "a block counts the events of its types, over several batches")
{
    auto projection = registered(sample_counts);
    tests::made_up_log log;
    log.add("S-1", "sample.created", R"({"sample_type": "blood"})");
    log.add("S-1", "sample.validated");
    log.add("S-2", "sample.created", R"({"sample_type": "blood"})");
    log.add("S-3", "sample.created");
    apply(projection, events(log.events()).first(2));
    apply(projection, events(log.events()).subspan(2));
    CHECK(ask("select string_agg(sample_type || ' ' || total || ' ' || to_char(first_at at time zone 'UTC', 'SS'), ', "
              "' order by sample_type) "
              "from read.sample_counts")
          == "blood 2 00, unknown 1 03");
    CHECK(ask("select count(*)::text from batch") == "0");
}

TEST_CASE_FIXTURE(projected_database, "earlier batches are not seen, and take no more room the longer a session lasts")
{
    auto projection = registered(sample_counts);
    tests::made_up_log log;
    const auto payload = R"({"sample_type": "blood", "note": ")" + std::string(400, 'x') + "\"}";
    for (int i = 0; i < 200; ++i) log.add("S-" + std::to_string(i), "sample.created", payload);
    constexpr int batches = 60;
    for (int i = 0; i < batches; ++i) apply(projection, log.events());
    CHECK(ask("select total from read.sample_counts") == std::to_string(batches * 200));
    CHECK(ask("select pg_table_size('pg_temp.batch_rows') < 1000000") == "t");
    CHECK(ask("select count(*) from pg_temp.batch_rows") != "0");
    CHECK(ask("select count(*) from batch") == "0");
}

TEST_CASE_FIXTURE(projected_database, "batch has every column of an event")
{
    auto projection = registered(R"(-- projection: seen
-- version: 1
-- categories: sample
create table seen (line text);
-- apply: *
insert into seen select concat_ws('|', log, position, category, key, stream, version, id, type, schema_version,
    data->'n', metadata->>'user_id', occurred_at at time zone 'UTC', recorded_at at time zone 'UTC') from batch;
)");
    eventstore::recorded_event event{.id = eventstore::parse_uuid("01890000-0000-7000-8000-000000000001"),
                                     .stream = {"sample", "S-1"},
                                     .version = {3},
                                     .position = {9},
                                     .partition = 5,
                                     .type = "sample, counted",
                                     .schema_version = 2,
                                     .data = R"({"n": 4.50})",
                                     .metadata = R"({"user_id": "ada"})",
                                     .occurred_at = eventstore::parse_timestamp("2024-02-29T12:00:00.123456Z"),
                                     .recorded_at = eventstore::parse_timestamp("2026-01-01T00:00:00Z")};
    apply(projection, events(&event, 1));
    CHECK(ask("select line from read.seen")
          == "sample/5|9|sample|S-1|sample-S-1|3|01890000-0000-7000-8000-000000000001|sample, counted|2|4.50|ada|"
             "2024-02-29 12:00:00.123456|2026-01-01 00:00:00");
}

TEST_CASE_FIXTURE(projected_database, "rows do not depend on where batches are cut")
{
    for (const auto* order : {"", "-- order: strict\n"}) {
        auto projection = registered(doors(order));
        std::mt19937 random(6);
        for (int round = 0; round < 12; ++round) {
            const auto log = random_log(random, {"open", "close", "close", "knock"});
            std::vector<std::string> results;
            for (const std::size_t longest : {1ul, 4ul, 20ul, 60ul}) {
                empty("p_doors_1.doors, p_doors_1._story");
                for (auto rest = events(log.events()); !rest.empty();) {
                    const auto size = std::min(rest.size(), longest == 60 ? longest : 1 + random() % longest);
                    apply(projection, rest.first(size));
                    rest = rest.subspan(size);
                }
                results.push_back(
                    ask("select (select string_agg(key, ' ' order by key) from p_doors_1.doors) || '; ' || "
                        "(select string_agg(key || ': ' || story, ', ' order by key) from p_doors_1._story)"));
            }
            for (const auto& result : results) REQUIRE(result == results.front());
        }
        projections::registry::remove(session, "doors");
    }
}

TEST_CASE_FIXTURE(projected_database, "a block can open, close and open again in one batch")
{
    auto projection = registered(doors(""));
    tests::made_up_log log("door");
    for (const auto* type : {"open", "close", "open"}) log.add("a", type);
    apply(projection, log.events());
    CHECK(ask("select string_agg(key, ' ') from read.doors") == "a");
}

TEST_CASE_FIXTURE(projected_database, "a session can be prepared again, whether all of it is there or only a part")
{
    auto projection = registered(sample_counts);
    CHECK_NOTHROW(projection.prepare(session));
    pqxx::nontransaction(session).exec("deallocate annals_apply_blocks");
    CHECK_NOTHROW(projection.prepare(session));
    pqxx::nontransaction(session).exec("drop table pg_temp.batch_rows cascade");
    CHECK_NOTHROW(projection.prepare(session));
    tests::made_up_log log;
    log.add("S-1", "sample.created");
    apply(projection, log.events());
    CHECK(ask("select sum(total) from read.sample_counts") == "1");
}

TEST_CASE_FIXTURE(projected_database, "a batch that fails leaves nothing, and the session continues")
{
    auto projection = registered(sample_counts);
    tests::made_up_log log;
    log.add("S-1", "sample.created", R"({"bad": "\u0000"})");
    CHECK_THROWS_AS(apply(projection, log.events()), pqxx::sql_error);
    CHECK(ask("select count(*)::text from read.sample_counts") == "0");
}

TEST_CASE_FIXTURE(projected_database, "why an event cannot be applied begins with the line of the file")
{
    auto projection = registered("-- projection: halves\n-- version: 1\n-- categories: sample\n"
                                 "create table halves (n int);\n-- apply: *\n\n"
                                 "insert into halves select 1 / (data->>'n')::int from batch;\n");
    tests::made_up_log log;
    log.add("S-1", "sample.created", R"({"n": 0})");
    try {
        apply(projection, log.events());
        FAIL("it was applied");
    } catch (const pqxx::sql_error& problem) {
        CHECK(projection.explain(problem) == "file.sql:7: division by zero");
    }
    CHECK(projection.explain(std::runtime_error("no\nplace")) == "no place");
}

TEST_CASE_FIXTURE(projected_database, "a worker who is no superuser and only a projector can apply events")
{
    auto projection = registered(sample_counts);
    {
        pqxx::work tx(session);
        tx.exec("do $$ begin create role annals_test_worker login; exception when duplicate_object then end $$");
        tx.exec("grant annals_projector to annals_test_worker");
        tx.commit();
    }
    pqxx::connection worker(database.dsn() + " user=annals_test_worker");
    projection.prepare(worker);
    tests::made_up_log log;
    log.add("S-1", "sample.created");
    pqxx::work tx(worker);
    projection.apply(tx, log.events());
    tx.commit();
    CHECK(ask("select total::text from read.sample_counts") == "1");
}

TEST_CASE_FIXTURE(projected_database, "running workers learn of applied and removed projections")
{
    projections::projection_source source(database.dsn());
    CHECK(source().empty());
    registered(sample_counts);
    const auto first = source();
    REQUIRE(first.size() == 1);
    CHECK(same_version(first[0]->id(), {"sample_counts", 1}));
    CHECK(first[0]->id().registration > 0);
    CHECK(first[0]->distribution() == processors::work_distribution::whole);
    CHECK(source() == first);
    projections::registry::remove(session, "sample_counts");
    registered(sample_counts);
    const auto second = source();
    REQUIRE(second.size() == 1);
    CHECK(second[0]->id() != first[0]->id());
    projections::registry::remove(session, "sample_counts");
    CHECK(source().empty());
}
