// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_card
// says: a view's fields are columns: add ANNALS_FIELDS(View,
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_card {
    static constexpr projections::header header{.projection = "sample_card", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created>;
    std::string sample_type;
    void evolve(const sample_created& fact) { sample_type = fact.sample_type; }
};

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<sample_card>(); }

}  // namespace laboratory
