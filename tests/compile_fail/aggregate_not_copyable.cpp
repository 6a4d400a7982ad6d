// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: annals: an aggregate is a value: it needs a copy constructor
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<sample_created>;
    using decision = commands::decision<event>;

    auto decide(const create_sample&) const -> decision { return sample_created{}; }
    void evolve(const sample_created&) {}

    sample() = default;
    sample(const sample&) = delete;
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
