// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: laboratory::sample_received
// says: a former event says what it became: auto upcast(const Former&)
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

ANNALS_FORMER_EVENTS(sample_stored, sample_received)

struct places {
    static constexpr projections::header header{.projection = "places", .version = 1, .categories = "sample"};
    using event = std::variant<sample_stored>;
    std::string last;
    void evolve(const sample_stored& fact) { last = fact.location; }
};
ANNALS_FIELDS(places, last)

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<places>(); }

}  // namespace laboratory
