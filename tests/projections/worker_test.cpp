// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/worker.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/projection_source.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/view/view.hpp>
#include <tests/projections/support/cards.hpp>
#include <tests/projections/support/waiting.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <string>
#include <thread>

using namespace annals;

namespace {

const std::string tally = R"(-- projection: tally
-- version: 1
-- categories: sample
create table tally (key text primary key, total int not null);
-- apply: *
insert into tally as t select key, count(*) from batch group by key
on conflict (key) do update set total = t.total + excluded.total;
)";

void append(eventstore::store& store, const std::string& key)
{
    eventstore::append_request request;
    request.streams.push_back({{"sample", key},
                               eventstore::expected_version::any(),
                               {facts::to_new_event(tests::sample_created{.sample_type = "blood"})}});
    REQUIRE(store.append(request));
}

}  // namespace

TEST_CASE("a file applied while a worker runs is applied from the first event, next to the program's own views")
{
    tests::temporary_database database;
    eventstore::memory::memory_store store(4);
    for (int i = 0; i < 50; ++i) append(store, "S-" + std::to_string(i % 10));
    pqxx::connection session(database.dsn());
    using intakes = projections::view<tests::intake>;
    projections::registry::apply(session, intakes::definition());

    processors::log_feed feed(store);
    processors::worker worker(
        {.model_dsn = database.dsn(), .process = "test", .source = projections::projection_source(database.dsn())},
        store, feed, {std::make_shared<intakes>()});
    std::jthread running([&](const std::stop_token& stop) { worker.run(stop); });
    CHECK(tests::comes_true(database.dsn(), "samples = 50 from read.intake"));

    projections::registry::apply(session, projections::parse_sql(tally, "tally.sql").definition());
    append(store, "S-0");
    CHECK(tests::comes_true(database.dsn(), "sum(total) = 51 and max(total) = 6 from read.tally"));
    CHECK(tests::comes_true(database.dsn(), "samples = 51 from read.intake"));
}
