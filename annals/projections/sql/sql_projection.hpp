// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/processor.hpp>
#include <annals/projections/sql/rounds.hpp>
#include <annals/projections/sql/sql_file.hpp>

namespace annals::projections {

/// Runs the blocks of a registered SQL projection over the events.
class sql_projection : public processors::processor {
public:
    /// `schema`: where the blocks' functions are, if not in the version's own.
    explicit sql_projection(sql_file file, std::string schema = {});

    auto id() const -> processors::processor_id override { return file_.id; }
    auto categories() const -> std::vector<std::string> override { return file_.categories; }
    auto distribution() const -> processors::work_distribution override;
    auto order() const -> processors::log_order override;
    auto durable() const -> bool override { return false; }
    auto parks() const -> bool override { return file_.order != block_order::strict; }
    /// Throws a retryable `error` while the blocks belong to anyone but the projection's role.
    void prepare(pqxx::connection&) override;

    /// Throws `pqxx::sql_error`.
    void apply(pqxx::transaction_base&, std::span<const eventstore::recorded_event>) override;

    /// Begins with the file and the line of the block that failed.
    auto explain(const std::exception&) const -> std::string override;

private:
    sql_file file_;
    std::string schema_;
    rounds rounds_;
};

}  // namespace annals::projections
