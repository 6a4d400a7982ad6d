// SPDX-License-Identifier: Apache-2.0
// says: laboratory::intake
// says: laboratory::sample_archived
// says: the view has a `key` for other events, but not for this one: add `static auto key(const Fact&)`
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct intake {
    static constexpr projections::header header{.projection = "intake", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created, sample_archived>;
    int samples = 0;
    static auto key(const sample_created& fact) { return fact.sample_type; }
    void evolve(const sample_created&) { ++samples; }
    void evolve(const sample_archived&) { --samples; }
};
ANNALS_FIELDS(intake, samples)

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<intake>(); }

}  // namespace laboratory
