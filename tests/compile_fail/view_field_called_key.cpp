// SPDX-License-Identifier: Apache-2.0
// says: laboratory::intake
// says: read.<view> has the columns key, version and changed_at: give the field another name
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct intake {
    static constexpr projections::header header{.projection = "intake", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created>;
    std::string key;
    void evolve(const sample_created& fact) { key = fact.sample_type; }
};
ANNALS_FIELDS(intake, key)

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<intake>(); }

}  // namespace laboratory
