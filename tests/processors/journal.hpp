// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor.hpp>

#include <functional>
#include <string>
#include <vector>

namespace annals::processors::tests {

/// A processor that writes a line for each event, and cannot write the same one twice: it shows in which order the
/// events of a key were applied.
class journal final : public processor {
public:
    explicit journal(std::string category) : category_(std::move(category)) {}

    /// Called with each event before it is applied; may throw.
    std::function<void(const eventstore::recorded_event&)> before = [](const auto&) {};

    auto id() const -> processor_id override { return {"journal", 1}; }
    auto categories() const -> std::vector<std::string> override { return {category_}; }
    auto distribution() const -> work_distribution override { return work_distribution::by_log; }
    void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
    {
        for (const auto& event : events) {
            before(event);
            tx.exec("insert into journal (key, version, data) values ($1, $2, $3)",
                    pqxx::params{event.stream.key, event.version.number, event.data})
                .no_rows();
        }
    }

private:
    std::string category_;
};

inline void create_journal(const std::string& dsn)
{
    auto connection = open_model_connection(dsn, "test");
    pqxx::nontransaction(connection)
        .exec("create table journal (line bigint generated always as identity, key text, version bigint, data text, "
              "primary key (key, version))")
        .no_rows();
}

}  // namespace annals::processors::tests
