// SPDX-License-Identifier: Apache-2.0
#include <tests/examples/hospital/hospital.hpp>

#include <annals/cli/import/csv_reader.hpp>
#include <annals/cli/import/importer.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <tests/examples/hospital/sepsis.hpp>

#include <random>

namespace annals::tests {

hospital::hospital()
{
    session.set_session_var("timezone", "UTC");
    session.set_session_var("synchronous_commit", "off");
    const auto store = eventstore::postgres::open_store({.dsn = database.dsn(), .unsafe = true});
    cli::imports::csv_reader reader(sepsis::file);
    cli::imports::import_rows(reader, *store, {.category = "hospital"});
}

void hospital::project(const projections::sql_file& file, int batch_events_max, unsigned seed)
{
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

auto hospital::ask(const std::string& query) -> std::vector<std::string>
{
    pqxx::work tx(session);
    std::vector<std::string> lines;
    for (const auto& [line] : tx.query<std::string>(query)) lines.push_back(line);
    return lines;
}

}  // namespace annals::tests
