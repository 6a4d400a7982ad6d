// SPDX-License-Identifier: Apache-2.0
// says: annals: the aggregate ignores an event that it has among its `event` alternatives
// says: laboratory::sample
#include <tests/compile_fail/sample_facts.hpp>

#include <array>

namespace laboratory {

ANNALS_FORMER_NAMES(sample_created, "sample.registered")

struct sample {
    static constexpr auto category = "sample";
    static constexpr std::array ignores{"sample.*", "sample.registered"};
    using event = std::variant<sample_created>;
    using decision = commands::decision<event>;
    auto decide(const create_sample&) const -> decision { return sample_created{}; }
    void evolve(const sample_created&) {}
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
