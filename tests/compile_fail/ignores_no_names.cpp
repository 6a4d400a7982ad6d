// SPDX-License-Identifier: Apache-2.0
// says: annals: what an aggregate ignores is a type's name or pattern, or a list of them
// says: laboratory::sample
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample {
    static constexpr auto category = "sample";
    static constexpr bool ignores = true;
    using event = std::variant<sample_created>;
    using decision = commands::decision<event>;
    auto decide(const create_sample&) const -> decision { return sample_created{}; }
    void evolve(const sample_created&) {}
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
