// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/find.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/table/table.hpp>
#include <annals/projections/view/view.hpp>
#include <tests/projections/support/cards.hpp>
#include <tests/projections/support/events.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <span>
#include <string>

using namespace annals;
using namespace annals::tests;
using projections::registry::outcome;

namespace {

/// One row per sample that waits.
struct worklist {
    static constexpr projections::header header{.projection = "worklist", .version = 1, .categories = "sample"};
    static constexpr auto ddl = "create table worklist (sample text primary key, sample_type text not null)";
    using event = std::variant<sample_created, sample_rejected>;
    void project(const sample_created& fact, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        tx.exec("insert into worklist values ($1, $2)", {at.stream.key, fact.sample_type}).no_rows();
    }
    void project(const sample_rejected&, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        tx.exec("delete from worklist where sample = $1", pqxx::params{at.stream.key}).no_rows();
    }
};

/// The same name and version as `intake`, with another field.
struct changed_intake {
    static constexpr auto header = intake::header;
    using event = std::variant<sample_created>;
    int samples = 0, urgent = 0;
    static auto key(const sample_created& fact) { return fact.sample_type; }
    void evolve(const sample_created&) { ++samples; }
};
ANNALS_FIELDS(changed_intake, samples, urgent)

struct read_models {
    temporary_database database;
    pqxx::connection session{database.dsn()};

    template <class Processor>
    auto registered() -> Processor
    {
        REQUIRE(projections::registry::apply(session, Processor::definition()) == outcome::created);
        return {};
    }
    template <class View>
    auto find(const std::string& key) -> std::optional<View>
    {
        pqxx::work tx(session);
        return projections::find<View>(tx, key);
    }
    auto ask(const std::string& query) -> std::string
    {
        pqxx::work tx(session);
        const auto row = tx.exec(query).one_field();
        return row.is_null() ? "nothing" : row.as<std::string>();
    }
};

/// In batches of the given size.
void apply(pqxx::connection& session, processors::processor& projection, const made_up_log& log, std::size_t size)
{
    projection.prepare(session);
    for (std::span rest(log.events()); !rest.empty(); rest = rest.subspan(std::min(size, rest.size()))) {
        pqxx::work tx(session);
        projection.apply(tx, rest.first(std::min(size, rest.size())));
        tx.commit();
    }
}

auto some_samples() -> made_up_log
{
    made_up_log log;
    log.add("S-1", "sample.created", R"({"sample_type": "blood", "patient_id": "P-7", "priority": "high"})");
    log.add("S-2", "sample.created", R"({"sample_type": "blood", "patient_id": "O'Hara"})");
    log.add("S-1", "sample.weighed", R"({"grams": 3})");
    log.add("S-1", "sample.rejected", R"({"reason": "leaked"})");
    log.add("S-3", "sample.created", R"({"sample_type": "tissue", "patient_id": "P-9"})");
    return log;
}

}  // namespace

TEST_CASE_FIXTURE(read_models, "a view's fields are typed columns in read, next to key, version and time of change")
{
    auto cards = registered<projections::view<sample_card>>();
    CHECK(cards.distribution() == processors::work_distribution::by_log);
    apply(session, cards, some_samples(), 2);
    CHECK(
        ask("select string_agg(attname || ' ' || format_type(atttypid, null), ', ' order by attnum) from pg_attribute "
            "where attrelid = 'read.sample_card'::regclass")
        == "key text, version bigint, changed_at timestamp with time zone, patient text, priority text, "
           "rejected_because text, created_at timestamp with time zone, types jsonb, events integer");
    CHECK(ask("select concat_ws('|', key, version, changed_at at time zone 'UTC', patient, priority, rejected_because, "
              "created_at at time zone 'UTC', types->>0, events) from read.sample_card where key = 'S-1'")
          == "S-1|3|2026-01-01 00:00:03|P-7|high|leaked|2026-01-01 00:00:00|blood|2");
    CHECK(ask("select count(*)::text from read.sample_card where rejected_because is null and patient in ('O''Hara', "
              "'P-9')")
          == "2");
    CHECK(ask("set local role annals_analyst; select count(*)::text from read.sample_card") == "3");
}

TEST_CASE_FIXTURE(read_models,
                  "a time in the year 0000, which PostgreSQL does not have, does not break the view for readers")
{
    auto cards = registered<projections::view<sample_card>>();
    auto event = eventstore::as_recorded({.type = "sample.created", .occurred_at = {}}, {"sample", "S-1"}, {1});
    event.occurred_at = eventstore::parse_timestamp("0000-02-29T00:00:00Z");
    pqxx::work tx(session);
    cards.apply(tx, std::span(&event, 1));
    tx.commit();
    CHECK(ask("select created_at at time zone 'UTC' from read.sample_card") == "0001-02-29 00:00:00 BC");
    CHECK(find<sample_card>("S-1")->created_at == event.occurred_at);
}

namespace {

struct never_ending {
    static constexpr projections::header header{.projection = "never_ending", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created>;
    eventstore::timestamp until;
    void evolve(const sample_created&) { until = eventstore::timestamp::max(); }
};
ANNALS_FIELDS(never_ending, until)

}  // namespace

TEST_CASE_FIXTURE(read_models, "a row that could not be read back is not written, and is named")
{
    auto rows = registered<projections::view<never_ending>>();
    const auto event = eventstore::as_recorded({.type = "sample.created", .occurred_at = {}}, {"sample", "S-1"}, {1});
    pqxx::work tx(session);
    CHECK_THROWS_WITH_AS(
        rows.apply(tx, std::span(&event, 1)),
        "never_ending of S-1 cannot be kept: a time is outside the years 0000 to 9999: for \"never\" use "
        "an optional",
        eventstore::mismatch);
}

TEST_CASE_FIXTURE(read_models, "a view is found by its key, as its struct")
{
    CHECK_THROWS_WITH_AS(find<sample_card>("S-1"), doctest::Contains("is not registered in this database"),
                         eventstore::mismatch);
    auto cards = registered<projections::view<sample_card>>();
    apply(session, cards, some_samples(), 100);
    const auto card = find<sample_card>("S-1");
    REQUIRE(card);
    CHECK(card->patient == "P-7");
    CHECK(card->rejected_because == "leaked");
    CHECK(card->events == 2);
    CHECK_FALSE(find<sample_card>("S-4"));
}

TEST_CASE_FIXTURE(read_models, "a view's rows do not depend on where batches are cut")
{
    auto intakes = registered<projections::view<intake>>();
    CHECK(intakes.distribution() == processors::work_distribution::whole);
    for (const std::size_t size : {1, 2, 3, 100}) {
        apply(session, intakes, some_samples(), size);
        CHECK(ask("select string_agg(key || ' ' || samples, ', ' order by key) from read.intake")
              == "blood 2, tissue 1");
        pqxx::work tx(session);
        tx.exec("truncate p_intake_1._rows");
        tx.commit();
    }
}

TEST_CASE_FIXTURE(read_models, "an event whose payload does not fit stops the view, naming stream and version")
{
    auto cards = registered<projections::view<sample_card>>();
    made_up_log log;
    log.add("S-1", "sample.created", R"({"priority": "tomorrow"})");
    CHECK_THROWS_WITH_AS(apply(session, cards, log, 1), doctest::Contains("sample-S-1 version 1"),
                         eventstore::mismatch);
}

TEST_CASE_FIXTURE(read_models, "another field under the same version is refused, with what to do")
{
    registered<projections::view<intake>>();
    CHECK(projections::registry::apply(session, projections::view<intake>::definition()) == outcome::unchanged);
    CHECK_THROWS_WITH_AS(projections::registry::apply(session, projections::view<changed_intake>::definition()),
                         doctest::Contains("raise the version to 2"), eventstore::invalid_request);
}

TEST_CASE_FIXTURE(read_models, "a table writes rows of its own, unqualified, in its own schema")
{
    auto waiting = registered<projections::table<worklist>>();
    CHECK(waiting.distribution() == processors::work_distribution::whole);
    apply(session, waiting, some_samples(), 3);
    CHECK(ask("select string_agg(sample || ' ' || sample_type, ', ' order by sample) from read.worklist")
          == "S-2 blood, S-3 tissue");
    CHECK(ask("select current_setting('search_path')") == "\"$user\", public");
}

TEST_CASE_FIXTURE(read_models, "a worker that is only a projector can write views and tables")
{
    auto waiting = registered<projections::table<worklist>>();
    auto cards = registered<projections::view<sample_card>>();
    {
        pqxx::work tx(session);
        tx.exec("do $$ begin create role annals_test_worker login; exception when duplicate_object then end $$");
        tx.exec("grant annals_projector to annals_test_worker");
        tx.commit();
    }
    pqxx::connection worker(database.dsn() + " user=annals_test_worker");
    apply(worker, waiting, some_samples(), 100);
    apply(worker, cards, some_samples(), 100);
    CHECK(ask("select (select count(*) from read.worklist) || ' ' || (select count(*) from read.sample_card)")
          == "2 3");
}
