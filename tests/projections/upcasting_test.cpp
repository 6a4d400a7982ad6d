// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/given.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <annals/projections/table/table.hpp>
#include <annals/projections/view/view.hpp>
#include <tests/projections/support/events.hpp>
#include <tests/support/database.hpp>
#include <tests/support/old_laboratory.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

using namespace annals;
using namespace annals::tests;
using namespace annals::tests::old_laboratory;

namespace {

/// What happened to a sample.
struct life {
    static constexpr projections::header header{.projection = "life", .version = 1, .categories = "sample"};
    using event = std::variant<measured, put_away>;
    std::vector<std::string> facts;
    void evolve(const measured& fact) { facts.push_back("measured by " + fact.by); }
    void evolve(const put_away& fact) { facts.push_back("at " + fact.place); }
};
ANNALS_FIELDS(life, facts)

/// Every place in which a sample has been.
struct places {
    static constexpr projections::header header{.projection = "places", .version = 1, .categories = "sample"};
    static constexpr auto ddl = "create table places (sample text, place text, version bigint)";
    using event = std::variant<put_away>;
    void project(const put_away& fact, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        tx.exec("insert into places values ($1, $2, $3)", {at.stream.key, fact.place, at.version.number}).no_rows();
    }
};

/// Everything that an analyst's statements see of an event.
const std::string journal = R"(-- projection: journal
-- version: 1
-- categories: sample

create table journal (type text, schema_version int, data jsonb, stream text, version bigint);

-- apply: *
insert into journal select type, schema_version, data, stream, version from batch;
)";

auto sixty_years_of_samples() -> made_up_log
{
    made_up_log log;
    log.add("S-1", "sample.arrived", R"({"at": "room 2", "volume_ul": 2500})");
    log.add("S-2", "sample.received", R"({"place": "room 3", "volume_ml": 1})");
    log.add("S-2", "sample.received", R"({"by": "ada", "place": "room 4"})", 2);
    log.add("S-1", "sample.shelved", R"({"shelf": "4"})");
    log.add("S-1", "sample.stored", R"({"place": "shelf 5"})", 2);
    log.add("S-1", "sample.put_away", R"({"place": "shelf 6"})", 2);
    log.add("S-2", "sample.measured", R"({"volume_ul": 900, "user": "grace"})");
    return log;
}

void apply(pqxx::connection& session, processors::processor& projection, const made_up_log& log, std::size_t size)
{
    projection.prepare(session);
    for (std::span rest(log.events()); !rest.empty(); rest = rest.subspan(std::min(size, rest.size()))) {
        pqxx::work tx(session);
        projection.apply(tx, rest.first(std::min(size, rest.size())));
        tx.commit();
    }
}

struct read_models {
    temporary_database database;
    pqxx::connection session{database.dsn()};

    void registered(const projections::definition& definition)
    {
        REQUIRE(projections::registry::apply(session, definition) == projections::registry::outcome::created);
    }
    auto ask(const std::string& query) -> std::string
    {
        pqxx::work tx(session);
        return tx.exec(query).one_field().as<std::string>();
    }
};

}  // namespace

TEST_CASE_FIXTURE(read_models, "a view folds former names, old versions and former events, wherever batches are cut")
{
    projections::view<life> lives;
    registered(lives.definition());
    for (const std::size_t size : {1, 2, 100}) {
        apply(session, lives, sixty_years_of_samples(), size);
        CHECK(ask("select string_agg(key || facts::text, ' ' order by key) from read.life")
              == R"(S-1["measured by ", "at room 2", "at shelf 4", "at shelf 5", "at shelf 6"] )"
                 R"(S-2["measured by the desk", "at room 3", "at room 4", "measured by grace"])");
        CHECK(ask("select version::text from read.life where key = 'S-1'") == "4");
        pqxx::work tx(session);
        tx.exec("truncate p_life_1._rows");
        tx.commit();
    }
}

TEST_CASE_FIXTURE(read_models, "a table gets each fact of a former event, with that event's place in the log")
{
    projections::table<places> all;
    registered(all.definition());
    apply(session, all, sixty_years_of_samples(), 3);
    CHECK(ask("select string_agg(sample || version || ' ' || place, ', ' order by sample, version) from read.places")
          == "S-11 room 2, S-12 shelf 4, S-13 shelf 5, S-14 shelf 6, S-21 room 3, S-22 room 4");
}

TEST_CASE_FIXTURE(read_models, "an upcast that fails stops the view, naming stream, version and type")
{
    projections::view<life> lives;
    registered(lives.definition());
    made_up_log log;
    log.add("S-1", "sample.arrived", "{}");
    CHECK_THROWS_WITH_AS(apply(session, lives, log, 1),
                         "sample-S-1 version 1: sample.received: its upcast failed: no place", eventstore::mismatch);
}

TEST_CASE_FIXTURE(read_models, "an SQL projection sees what was stored, even next to a view that upcasts it")
{
    const auto file = projections::parse_sql(journal, "journal.sql");
    registered(file.definition());
    projections::view<life> lives;
    registered(lives.definition());
    projections::sql_projection rows(file);
    const auto log = sixty_years_of_samples();

    lives.prepare(session);
    rows.prepare(session);
    pqxx::work tx(session);
    lives.apply(tx, log.events());
    rows.apply(tx, log.events());
    tx.commit();

    CHECK(ask("select count(*)::text from read.journal") == std::to_string(log.events().size()));
    for (const auto& event : log.events()) {
        pqxx::work look(session);
        const auto found = look.query_value<int>(
            "select count(*) from read.journal where (type, schema_version, data, stream, version) = ($1, $2, $3, $4, "
            "$5)",
            {event.type, event.schema_version, event.data, to_string(event.stream), event.version.number});
        CHECK_MESSAGE(found == 1, event.type);
    }
}

TEST_CASE("a new former name or former event changes the definition, and needs another version")
{
    const auto definition = projections::view<life>::definition();
    CHECK(definition.identity
          == R"({"fields":[{"name":"facts","type":"jsonb"}],"events":[{"type":"sample.measured","schema_version":3},)"
             R"({"type":"sample.put_away","schema_version":2,"former_names":["sample.shelved","sample.stored"]},)"
             R"({"type":"sample.received","schema_version":2,"former":true},)"
             R"({"type":"sample.arrived","schema_version":1,"former":true}],"key":"the stream's"})");
}

TEST_CASE("a view's test may begin with a former event, or with a form that an older program stored")
{
    const eventstore::new_event shelved{.type = "sample.shelved", .data = R"({"shelf":"4"})"};
    projections::given<life>(received{.by = "ada", .place = "room 2", .volume_ml = 1}, shelved)
        .then({.facts = {"measured by ada", "at room 2", "at shelf 4"}});
}
