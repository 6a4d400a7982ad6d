// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_created
// says: laboratory::sample_archived
// says: two facts are stored under one name: it is unclear which is meant

namespace laboratory {

struct sample_created {
    std::string sample_type;
};
struct sample_archived {};
ANNALS_EVENT(sample_created, "sample.created", sample_type)
ANNALS_EVENT(sample_archived, "sample.created")

struct worklist {
    static constexpr projections::header header{.projection = "worklist", .version = 1, .categories = "sample"};
    static constexpr auto ddl = "create table worklist (sample text primary key)";
    using event = std::variant<sample_created, sample_archived>;
    void project(const sample_created&, const recorded_event&, pqxx::transaction_base&) const {}
    void project(const sample_archived&, const recorded_event&, pqxx::transaction_base&) const {}
};

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<worklist>(); }

}  // namespace laboratory
