// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_card
// says: laboratory::sample_archived
// says: this event of the view has no stored name: write ANNALS_EVENT below its struct

namespace laboratory {

struct sample_created {
    std::string sample_type;
};
struct sample_archived {};
ANNALS_EVENT(sample_created, "sample.created", sample_type)

struct sample_card {
    static constexpr projections::header header{.projection = "sample_card", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created, sample_archived>;
    std::string sample_type;
    void evolve(const sample_created& fact) { sample_type = fact.sample_type; }
    void evolve(const sample_archived&) {}
};
ANNALS_FIELDS(sample_card, sample_type)

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<sample_card>(); }

}  // namespace laboratory
