// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/sql_projection.hpp>

#include <annals/projections/confined_schema.hpp>
#include <annals/projections/ownership.hpp>
#include <annals/projections/row_order.hpp>
#include <annals/projections/settings.hpp>
#include <annals/projections/sql/batch.hpp>
#include <annals/projections/sql/server_error.hpp>

#include <utility>

namespace annals::projections {

sql_projection::sql_projection(sql_file file, std::string schema)
    : file_(std::move(file)), schema_(schema.empty() ? schema_of(file_.id) : std::move(schema)), rounds_(file_)
{}

auto sql_projection::distribution() const -> processors::work_distribution { return distribution_of(file_.rows()); }

auto sql_projection::order() const -> processors::log_order { return log_order_of(file_.rows()); }

void sql_projection::prepare(pqxx::connection& connection)
{
    if (schema_ == schema_of(file_.id)) {
        pqxx::nontransaction tx(connection);
        ownership::check(tx, file_.id);
    }
    settings::settle(connection);
    batch::prepare(connection);
}

void sql_projection::apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events)
{
    const auto steps = rounds_.cut(events);
    std::vector<batch::call> calls;
    for (const auto& step : steps) calls.push_back({block_function(schema_, step.block), &step.events});
    batch::apply(tx, calls);
}

auto sql_projection::explain(const std::exception& problem) const -> std::string
{
    std::vector<sql_text> blocks;
    for (const auto& block : file_.blocks) blocks.push_back(block.statements);
    const auto* refused = dynamic_cast<const pqxx::sql_error*>(&problem);
    const auto line = refused != nullptr ? line_of_failure(*refused, blocks) : std::nullopt;
    if (!line) return processor::explain(problem);
    return processor::explain(bad_file(file_.path, *line, words_of(*refused)));
}

}  // namespace annals::projections
