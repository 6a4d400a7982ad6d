// SPDX-License-Identifier: Apache-2.0
// says: laboratory::worklist
// says: a table lists the events it knows: using event = std::variant<
#include <cli/program.hpp>

namespace laboratory {
using namespace annals;

struct sample_created {
    std::string sample_type;
};
struct sample_archived {};
ANNALS_EVENT(sample_created, "sample.created", sample_type)
ANNALS_EVENT(sample_archived, "sample.archived")

struct worklist {
    static constexpr projections::header header{.projection = "worklist", .version = 1, .categories = "sample"};
    static constexpr auto ddl = "create table worklist (sample text primary key)";
    void project(const sample_created&, const eventstore::recorded_event&, pqxx::transaction_base&) const {}
};

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<worklist>(); }

}  // namespace laboratory
