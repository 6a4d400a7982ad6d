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
    : file_(std::move(file)),
      schema_(schema.empty() ? schema_of(file_.id) : std::move(schema)),
      rounds_(file_),
      took_(file_.blocks.size())
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
    const std::vector<const eventstore::recorded_event*>* filled = nullptr;
    const auto steps = rounds_.cut(events);
    for (const auto& step : steps) {
        if (filled == nullptr || *filled != step.events) batch::fill(tx, step.events);
        filled = &step.events;
        const auto began = std::chrono::steady_clock::now();
        call(tx, block_function(schema_, step.block));
        took_.at(step.block) += std::chrono::steady_clock::now() - began;
    }
}

auto sql_projection::time_of(std::size_t block) const -> std::chrono::microseconds
{
    return std::chrono::duration_cast<std::chrono::microseconds>(took_.at(block));
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
