// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/csv_reader.hpp>
#include <annals/cli/import/importer.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <tests/examples/hospital/expected_rows.hpp>
#include <tests/examples/hospital/sepsis.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace annals;

namespace {

const std::string activity_counts = "select concat_ws('|', activity, events, first_at, last_at) from "
                                    "read.activity_counts order by activity collate \"C\"";
const std::string journeys =
    "select concat_ws('|', patient, events, first_event, first_at, last_event, last_at, hours_to_antibiotics) "
    "from read.journeys order by patient collate \"C\"";
const std::string laboratory_values =
    "select concat_ws('|', month, measurement, measurements, mean, trim_scale(maximum)) "
    "from read.laboratory_values order by month, measurement collate \"C\"";

/// The hospital's database with the three files of the example registered.
struct hospital {
    tests::temporary_database database;
    pqxx::connection session{database.dsn()};

    hospital()
    {
        session.set_session_var("timezone", "UTC");
        session.set_session_var("synchronous_commit", "off");
        const auto store = eventstore::postgres::open_store({.dsn = database.dsn(), .unsafe = true});
        cli::imports::csv_reader reader(tests::sepsis::file);
        cli::imports::import_rows(reader, *store, {.category = "hospital"});
    }

    /// Registers the file and applies the whole log to it, in batches of a random size.
    void project(const std::string& name, int batch_events_max, unsigned seed)
    {
        const auto file = projections::read_sql_file("examples/hospital/" + name + ".sql");
        projections::registry::apply(session, file.definition());
        projections::sql_projection projection(file);
        projection.prepare(session);
        const auto store = eventstore::postgres::open_store({.dsn = database.dsn(), .unsafe = true});
        std::mt19937 random(seed);
        std::uniform_int_distribution<std::size_t> size(1, static_cast<std::size_t>(batch_events_max));
        for (int partition = 0; partition < store->find_category("hospital")->partitions; ++partition) {
            eventstore::log_position after;
            for (;;) {
                const auto batch = store->read_log({"hospital", partition}, after, {.events_max = size(random)});
                if (batch.empty()) break;
                pqxx::work tx(session);
                projection.apply(tx, batch);
                tx.commit();
                after = batch.back().position;
            }
        }
    }

    auto ask(const std::string& query) -> std::vector<std::string>
    {
        pqxx::work tx(session);
        std::vector<std::string> lines;
        for (const auto& [line] : tx.query<std::string>(query)) lines.push_back(line);
        return lines;
    }
};

}  // namespace

TEST_CASE("the three projections hold what a direct computation over the file gives, wherever batches are cut")
{
    if (!tests::sepsis::is_there()) return;
    unsigned seed = 0;
    for (const int batch_events_max : {1000, 100}) {
        hospital hospital;
        for (const auto* name : {"activity_counts", "journeys", "laboratory_values"})
            hospital.project(name, batch_events_max, ++seed);
        CHECK(hospital.ask(activity_counts) == tests::sepsis::activity_counts());
        CHECK(hospital.ask(journeys) == tests::sepsis::journeys());
        CHECK(hospital.ask(laboratory_values) == tests::sepsis::laboratory_values());
    }
}
