// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/table/table.hpp>
#include <examples/laboratory/sample_facts.hpp>

#include <pqxx/pqxx>

#include <string>
#include <variant>
#include <vector>

namespace laboratory {

/// Which samples wait for what: a row for each sample that needs work.
struct worklist {
    static constexpr annals::projections::header header{.projection = "worklist", .version = 1, .categories = "sample"};
    static constexpr auto ddl =
        "create table worklist (sample text primary key, sample_type text not null, priority text not null,"
        " waits_for text not null, since timestamptz not null)";
    using event =
        std::variant<sample_created, sample_validated, sample_processing_started, sample_completed, sample_rejected>;

    void project(const sample_created&, const annals::eventstore::recorded_event&, pqxx::transaction_base&) const;
    void project(const sample_validated&, const annals::eventstore::recorded_event&, pqxx::transaction_base&) const;
    void project(const sample_processing_started&, const annals::eventstore::recorded_event&,
                 pqxx::transaction_base&) const;
    void project(const sample_completed&, const annals::eventstore::recorded_event&, pqxx::transaction_base&) const;
    void project(const sample_rejected&, const annals::eventstore::recorded_event&, pqxx::transaction_base&) const;
};

/// Which samples of a type wait, urgent ones first?
struct waiting_samples {
    static constexpr auto reads = "worklist";
    std::string sample_type;

    auto answer(pqxx::transaction_base& read) const -> std::vector<std::string>;
};

}  // namespace laboratory
