// SPDX-License-Identifier: Apache-2.0
// says: laboratory::worklist
// says: a table says what it is: static constexpr projections::header header
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct worklist {
    static constexpr auto ddl = "create table worklist (sample text primary key)";
    using event = std::variant<sample_created>;
    void project(const sample_created&, const recorded_event&, pqxx::transaction_base&) const {}
};

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<worklist>(); }

}  // namespace laboratory
