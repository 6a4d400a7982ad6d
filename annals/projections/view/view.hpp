// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/facts/facts.hpp>
#include <annals/processors/processor.hpp>
#include <annals/projections/row_order.hpp>
#include <annals/projections/view/folding.hpp>
#include <annals/projections/view/view_definition.hpp>
#include <annals/projections/view/view_rows.hpp>

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace annals::projections {

/// Keeps a view: a struct that is folded per key, one row per key. Each batch reads the rows it needs in one query,
/// folds in memory, and writes them in one statement. If no two logs can share a row, processes may divide the logs;
/// otherwise all logs have one order (see `row_order`).
template <class View>
class view final : public processors::processor {
    static_assert((void(detail::is_view<View>()), true));   // it says what is missing; one error is enough

public:
    /// `id`: the registration that it works for, if it is registered.
    explicit view(processors::processor_id id) : id_(std::move(id)) {}
    view() : view(id_of<View>()) {}

    static auto definition() -> projections::definition { return definition_of_view<View>(); }

    auto id() const -> processors::processor_id override { return id_; }
    auto categories() const -> std::vector<std::string> override { return View::header.categories.split(); }
    auto durable() const -> bool override { return false; }
    auto distribution() const -> processors::work_distribution override
    {
        return distribution_of(order_of_view<View>());
    }
    auto order() const -> processors::log_order override { return log_order_of(order_of_view<View>()); }

    /// Throws `eventstore::mismatch`: names stream and version of an event whose payload does not fit, or the row of
    /// a state that could not be read back.
    void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
    {
        std::map<std::string, folded_row> rows;
        const auto changes = decode(events, rows);
        if (rows.empty()) return;
        load(tx, rows);
        for (const auto& change : changes) std::visit([&](const auto& fact) { fold_into(change, fact); }, change.fact);
        store(tx, rows);
    }

private:
    struct folded_row {
        View state{};
        const eventstore::recorded_event* last = nullptr;
    };
    struct decoded {
        typename View::event fact;
        const eventstore::recorded_event* at;
        std::vector<folded_row*> rows;
    };

    static auto decode(std::span<const eventstore::recorded_event> events, std::map<std::string, folded_row>& rows)
        -> std::vector<decoded>
    {
        std::vector<decoded> changes;
        for (const auto& event : events) {
            const auto take = [&]<class Fact>(Fact fact) {
                std::vector<folded_row*> touched;
                for (auto& key : facts::keys_of<View>(fact, event)) touched.push_back(&rows[std::move(key)]);
                changes.push_back({std::move(fact), &event, std::move(touched)});
            };
            facts::for_each_fact<typename View::event>(event, take);
        }
        return changes;
    }

    void load(pqxx::transaction_base& tx, std::map<std::string, folded_row>& rows) const
    {
        std::vector<std::string> keys;
        for (const auto& [key, row] : rows) keys.push_back(key);
        for (const auto& [key, state] : rows_.load(tx, keys)) rows[key].state = decode_state<View>(state, key);
    }

    template <class Fact>
    static void fold_into(const decoded& change, const Fact& fact)
    {
        for (auto* row : change.rows) {
            facts::evolve(row->state, fact, *change.at);
            row->last = change.at;
        }
    }

    void store(pqxx::transaction_base& tx, const std::map<std::string, folded_row>& rows) const
    {
        std::map<std::string, view_row> changed;
        for (const auto& [key, row] : rows)
            changed.emplace(key, view_row{encode_state(row.state, key), row.last->version, row.last->time()});
        rows_.store(tx, changed);
    }

    processors::processor_id id_;
    view_rows rows_{id_};
};

}  // namespace annals::projections
