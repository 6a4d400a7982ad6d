// SPDX-License-Identifier: Apache-2.0
// says: laboratory::worklist
// says: laboratory::sample_archived
// says: the table lacks a function for this event: void project(const Fact&, const eventstore::recorded_event& at,
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct worklist {
    static constexpr projections::header header{.projection = "worklist", .version = 1, .categories = "sample"};
    static constexpr auto ddl = "create table worklist (sample text primary key)";
    using event = std::variant<sample_created, sample_archived>;
    void project(const sample_created&, const recorded_event&, pqxx::transaction_base&) const {}
};

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<worklist>(); }

}  // namespace laboratory
