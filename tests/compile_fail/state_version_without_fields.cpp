// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: state_version asks for snapshots, and they hold the aggregate's fields: write ANNALS_FIELDS below its struct
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample {
    static constexpr auto category = "sample";
    static constexpr int state_version = 1;
    using event = std::variant<sample_created>;
    using decision = commands::decision<event>;

    auto decide(const create_sample&) const -> decision { return sample_created{}; }
    void evolve(const sample_created&) {}
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
