// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/facts/facts.hpp>
#include <annals/processors/processor.hpp>
#include <annals/projections/row_order.hpp>
#include <annals/projections/settings.hpp>
#include <annals/projections/table/table_definition.hpp>

#include <span>
#include <string>
#include <vector>

namespace annals::projections {

/// Unqualified names of a projection mean its own schema until the transaction ends.
void enter_schema(pqxx::transaction_base&, const processors::processor_id&);

/// Keeps a table: a struct with one function per event that writes rows. Unless its header says more about its order,
/// several keys may share its rows: then one process at a time works on it, and all logs have one order.
template <class Table>
class table final : public processors::processor {
    static_assert((void(detail::is_table<Table>()), true));   // it says what is missing; one error is enough

public:
    /// `id`: the registration that it works for, if it is registered.
    explicit table(processors::processor_id id) : id_(std::move(id)) {}
    table() : table(id_of<Table>()) {}

    static auto definition() -> projections::definition { return definition_of_table<Table>(); }

    auto id() const -> processors::processor_id override { return id_; }
    auto categories() const -> std::vector<std::string> override { return Table::header.categories.split(); }
    auto distribution() const -> processors::work_distribution override
    {
        return distribution_of(order_of_table<Table>());
    }
    auto order() const -> processors::log_order override { return log_order_of(order_of_table<Table>()); }
    auto durable() const -> bool override { return false; }
    void prepare(pqxx::connection& connection) override { settings::settle(connection); }

    /// Throws `eventstore::mismatch`, naming stream and version, for an event whose payload does not fit.
    void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
    {
        enter_schema(tx, id());
        for (const auto& event : events) {
            const auto project = [&](const auto& fact) { table_.project(fact, event, tx); };
            facts::for_each_fact<typename Table::event>(event, project);
        }
    }

private:
    processors::processor_id id_;
    Table table_{};
};

}  // namespace annals::projections
