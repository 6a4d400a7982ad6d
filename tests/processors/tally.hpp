// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor.hpp>
#include <tests/support/database.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace annals::processors::tests {

/// A processor that shows immediately if an event is applied twice, never, or out of order: it counts and lists.
class tally : public processor {
public:
    explicit tally(std::string name = "tally", work_distribution distribution = work_distribution::by_log,
                   std::vector<std::string> categories = {"thing"})
        : id_{std::move(name), 1}, distribution_(distribution), categories_(std::move(categories))
    {}

    /// Called with each event before it is applied; may throw.
    std::function<void(const eventstore::recorded_event&)> before = [](const auto&) {};
    bool may_park = true;

    auto id() const -> processor_id override { return id_; }
    auto categories() const -> std::vector<std::string> override { return categories_; }
    auto distribution() const -> work_distribution override { return distribution_; }
    auto parks() const -> bool override { return may_park; }

    void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
    {
        std::map<eventstore::log_id, std::vector<std::int64_t>> positions;
        for (const auto& event : events) {
            before(event);
            positions[event.log()].push_back(event.position.number);
        }
        for (const auto& [log, seen] : positions)
            tx.exec(R"(insert into tally as t values ($1, $2, cardinality($3::bigint[]), $3::bigint[])
                       on conflict (name, log) do update
                        set total = t.total + excluded.total, seen = t.seen || excluded.seen)",
                    pqxx::params{id_.name, to_string(log), seen})
                .no_rows();
    }

private:
    processor_id id_;
    work_distribution distribution_;
    std::vector<std::string> categories_;
};

}  // namespace annals::processors::tests
