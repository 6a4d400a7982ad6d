// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: an aggregate needs its events: using event = std::variant
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample {
    static constexpr auto category = "sample";
    using decision = commands::decision<std::variant<sample_created>>;

    auto decide(const create_sample&) const -> decision { return sample_created{}; }
    void evolve(const sample_created&) {}
    void evolve(const sample_archived&) {}
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
