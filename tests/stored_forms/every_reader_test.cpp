// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/handle.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/kafka/publisher.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/processors/kafka_feed.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/worker.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <annals/projections/table/table.hpp>
#include <annals/projections/view/view.hpp>
#include <tests/kafka/lone_ledger.hpp>
#include <tests/kafka/published.hpp>
#include <tests/support/database.hpp>
#include <tests/support/old_laboratory.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <thread>

/// What older programs stored in PostgreSQL, as every kind of reader sees it.
using namespace annals;
using namespace annals::tests;
using namespace annals::tests::old_laboratory;
using namespace std::chrono_literals;
using eventstore::new_event;

namespace {

using todays_facts = std::variant<measured, put_away>;

/// Its refusal shows which facts it has seen.
struct sample {
    static constexpr auto category = "sample";
    using event = todays_facts;
    using decision = commands::decision<event>;
    struct show {};

    auto decide(const show&) const -> decision { return commands::refuse(seen); }
    void evolve(const measured& fact) { seen += "measured by " + fact.by + ". "; }
    void evolve(const put_away& fact) { seen += "at " + fact.place + ". "; }

    std::string seen;
};

/// What happened to a sample.
struct life {
    static constexpr projections::header header{.projection = "life", .version = 1, .categories = "sample"};
    using event = todays_facts;
    std::string seen;
    void evolve(const measured& fact) { seen += "measured by " + fact.by + ". "; }
    void evolve(const put_away& fact) { seen += "at " + fact.place + ". "; }
};
ANNALS_FIELDS(life, seen)

/// Every place in which a sample has been.
struct places {
    static constexpr projections::header header{.projection = "places", .version = 1, .categories = "sample"};
    static constexpr auto ddl = "create table places (sample text, version bigint, place text)";
    using event = std::variant<put_away>;
    void project(const put_away& fact, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        tx.exec("insert into places values ($1, $2, $3)", {at.stream.key, at.version.number, fact.place}).no_rows();
    }
};

/// Everything that an analyst's statements see of an event.
const std::string journal = R"(-- projection: journal
-- version: 1
-- categories: sample

create table journal (version bigint, type text, schema_version int, data jsonb);

-- apply: *
insert into journal select version, type, schema_version, data from batch;
)";

/// A former event of a former event, one with an older form, a former name, and an older form.
const std::vector<new_event> past{
    {.type = "sample.arrived", .data = R"({"at": "room 2", "volume_ul": 2500})"},
    {.type = "sample.received", .schema_version = 1, .data = R"({"place": "room 3", "volume_ml": 1})"},
    {.type = "sample.shelved", .schema_version = 1, .data = R"({"shelf": "4"})"},
    {.type = "sample.measured", .schema_version = 2, .data = R"({"volume_ml": 1, "user": "ada"})"},
};
const std::string as_facts = "measured by . at room 2. measured by the desk. at room 3. at shelf 4. measured by ada. ";

/// A store in PostgreSQL, with one sample's past.
struct old_samples {
    temporary_database database;
    std::unique_ptr<eventstore::store> store = eventstore::postgres::open_store({.dsn = database.dsn()});
    pqxx::connection session{database.dsn()};

    old_samples()
    {
        store->ensure_category({"sample", 1});
        for (auto event : past) {
            event.id = eventstore::new_uuid();
            REQUIRE(store->append({.streams = {{{"sample", "S-1"}, eventstore::expected_version::any(), {event}}}}));
        }
    }

    /// Keeps the three kinds of read model up to date until the view shows the whole past, or for ten seconds.
    void project_from(processors::feed& feed)
    {
        const auto file = projections::parse_sql(journal, "journal.sql");
        projections::registry::apply(session, projections::view<life>::definition());
        projections::registry::apply(session, projections::table<places>::definition());
        projections::registry::apply(session, file.definition());
        processors::worker worker({.model_dsn = database.dsn()}, *store, feed,
                                  {std::make_shared<projections::view<life>>(),
                                   std::make_shared<projections::table<places>>(),
                                   std::make_shared<projections::sql_projection>(file)});
        const std::jthread running([&](const std::stop_token& stop) { worker.run(stop); });
        tests::waited_until(std::chrono::seconds{10}, [this] { return ask(all_have_seen_four) == "true"; });
    }

    auto ask(const std::string& query) -> std::string
    {
        pqxx::nontransaction tx(session);
        return tx.query_value<std::optional<std::string>>(query).value_or("nothing");
    }

    static constexpr auto all_have_seen_four = "select (coalesce((select version from read.life), 0) = 4 and "
                                               "(select count(*) from read.places) = 3 and "
                                               "(select count(*) from read.journal) = 4)::text";
};

/// Checks what views, tables and SQL projections made of the past.
void check_read_models(old_samples& samples)
{
    CHECK(samples.ask("select seen from read.life where key = 'S-1'") == as_facts);
    CHECK(samples.ask("select string_agg(version || ' ' || place, ', ' order by version) from read.places")
          == "1 room 2, 2 room 3, 3 shelf 4");
    for (std::size_t i = 0; i < past.size(); ++i) {
        pqxx::nontransaction tx(samples.session);
        CHECK_MESSAGE(tx.query_value<int>("select count(*) from read.journal where (version, type, schema_version, "
                                          "data) = ($1, $2, $3, $4::jsonb)",
                                          {i + 1, past[i].type, past[i].schema_version, past[i].data})
                          == 1,
                      past[i].type);
    }
}

}  // namespace

TEST_CASE_FIXTURE(old_samples, "a command is decided by today's facts")
{
    const auto answer = commands::handle<sample>(*store, "S-1", sample::show{});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().reason == as_facts);
}

TEST_CASE_FIXTURE(old_samples, "read models are made from the log: by C++ of today's facts, by SQL of what was stored")
{
    processors::log_feed feed(*store);
    project_from(feed);
    check_read_models(*this);
}

TEST_CASE_FIXTURE(old_samples, "a read model that is rebuilt from the log is the same")
{
    processors::log_feed feed(*store);
    project_from(feed);
    {
        pqxx::work tx(session);
        tx.exec("truncate p_life_1._rows, p_places_1.places, p_journal_1.journal");
        tx.exec("update annals.checkpoints set position = 0, event_id = null");
        tx.commit();
    }
    REQUIRE(ask("select count(*)::text from read.life") == "0");
    processors::log_feed again(*store);
    project_from(again);
    check_read_models(*this);
}

TEST_CASE_FIXTURE(old_samples, "Kafka carries events as stored, and read models fed by it see today's facts")
{
    const auto settings = broker_settings();
    lone_ledger ledger(*store);
    const std::jthread publishing(
        [&](std::stop_token stop) { kafka::publisher(*store, ledger, settings).run(std::move(stop)); });
    REQUIRE(difference_after(10s, *store, settings, "sample") == "");

    const auto records = read_partition(settings, kafka::topic_of(settings, "sample"), 0);
    REQUIRE(records.size() == past.size());
    sample seen;
    for (std::size_t i = 0; i < past.size(); ++i) {
        const auto came = kafka::from_record(records[i], 0);
        REQUIRE(came);
        CHECK(came->event.type == past[i].type);
        CHECK(came->event.schema_version == past[i].schema_version);
        CHECK(came->event.data == past[i].data);
        facts::for_each_fact<todays_facts>(came->event, [&](const auto& fact) { seen.evolve(fact); });
    }
    CHECK(seen.seen == as_facts);

    processors::kafka_feed feed(*store, settings, "test");
    project_from(feed);
    check_read_models(*this);
}
