// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_card
// says: laboratory::sample_archived
// says: the view lists an event that it does not fold: add `void evolve(const Fact&)` to it
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_card {
    static constexpr projections::header header{.projection = "sample_card", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created, sample_archived>;
    std::string sample_type;
    void evolve(const sample_created& fact) { sample_type = fact.sample_type; }
};
ANNALS_FIELDS(sample_card, sample_type)

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<sample_card>(); }

}  // namespace laboratory
