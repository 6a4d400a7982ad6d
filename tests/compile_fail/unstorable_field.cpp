// SPDX-License-Identifier: Apache-2.0
// says: Struct = laboratory::sample_shelved
// says: "shelf"
// says: std::unordered_set<int>
// says: annals: the type T of this field of Struct cannot be stored: give it ANNALS_FIELDS, ANNALS_ENUM or ANNALS_TEXT
#include <tests/compile_fail/sample_facts.hpp>

#include <unordered_set>

namespace laboratory {

struct sample_shelved {
    std::unordered_set<int> shelf;
};
ANNALS_EVENT(sample_shelved, "sample.shelved", shelf)

struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<sample_shelved, sample_archived>;
    using decision = commands::decision<event>;

    auto decide(const create_sample&) const -> decision { return sample_shelved{}; }
    void evolve(const sample_shelved&) {}
    void evolve(const sample_archived&) {}
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
