// SPDX-License-Identifier: Apache-2.0
// says: Struct = laboratory::sample
// says: "shelf"
// says: annals: the type T of this field of Struct cannot be stored: give it ANNALS_FIELDS, ANNALS_ENUM or ANNALS_TEXT
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample {
    static constexpr auto category = "sample";
    static constexpr int state_version = 1;
    using event = std::variant<sample_archived>;
    using decision = commands::decision<event>;

    auto decide(const create_sample&) const -> decision { return sample_archived{}; }
    void evolve(const sample_archived&) {}

    const char* shelf = "";
};
ANNALS_FIELDS(sample, shelf)

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
