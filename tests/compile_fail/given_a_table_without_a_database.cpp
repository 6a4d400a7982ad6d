// SPDX-License-Identifier: Apache-2.0
// says: laboratory::worklist
// says: annals: a table needs a database: use `given` of <annals/testing/given.hpp>
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct worklist {
    static constexpr projections::header header{.projection = "worklist", .version = 1, .categories = "sample"};
    static constexpr auto ddl = "create table worklist (sample text primary key)";
    using event = std::variant<sample_created>;
    void project(const sample_created&, const recorded_event&, pqxx::transaction_base&) const {}
};

void run() { projections::given<worklist>(sample_created{}); }

}  // namespace laboratory
