// SPDX-License-Identifier: Apache-2.0
// says: Key = double
// says: annals: `key` gives a text, a whole number, an enum or a type with ANNALS_TEXT, or an optional or a
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct intake {
    static constexpr projections::header header{.projection = "intake", .version = 1, .categories = "sample"};
    using event = std::variant<sample_measured>;
    int samples = 0;
    static auto key(const sample_measured& fact) { return fact.volume_ml; }
    void evolve(const sample_measured&) { ++samples; }
};
ANNALS_FIELDS(intake, samples)

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<intake>(); }

}  // namespace laboratory
