// SPDX-License-Identifier: Apache-2.0
// says: Struct = laboratory::intake
// says: "seen"
// says: list<int>
// says: annals: the type T of this field of Struct cannot be stored: give it ANNALS_FIELDS, ANNALS_ENUM or ANNALS_TEXT
#include <tests/compile_fail/sample_facts.hpp>

#include <list>

namespace laboratory {

struct intake {
    static constexpr projections::header header{.projection = "intake", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created>;
    std::list<int> seen;
    void evolve(const sample_created&) {}
};
ANNALS_FIELDS(intake, seen)

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<intake>(); }

}  // namespace laboratory
