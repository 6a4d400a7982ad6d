// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_card
// says: read.<view> has the columns key, version and changed_at: give the field another name
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_card {
    static constexpr projections::header header{.projection = "sample_card", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created>;
    std::string version;
    void evolve(const sample_created& fact) { version = fact.sample_type; }
};
ANNALS_FIELDS(sample_card, version)

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<sample_card>(); }

}  // namespace laboratory
