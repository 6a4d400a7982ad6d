// SPDX-License-Identifier: Apache-2.0
// says: annals cannot store this type: give it ANNALS_FIELDS or ANNALS_ENUM, or use
// says: [with T = long double]
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_shelved {
    long double shelf = 0;
};
ANNALS_EVENT(sample_shelved, "sample.shelved", shelf)

struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<sample_shelved>;
    using decision = commands::decision<event>;
    auto decide(const create_sample&) const -> decision { return sample_shelved{}; }
    void evolve(const sample_shelved&) {}
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
