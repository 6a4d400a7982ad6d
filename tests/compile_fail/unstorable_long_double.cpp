// SPDX-License-Identifier: Apache-2.0
// says: annals cannot store this type: give it ANNALS_FIELDS or ANNALS_ENUM, or use
// says: [with T = long double]
#include <commands/handle.hpp>

namespace laboratory {
using namespace annals;

struct sample_created {
    long double shelf = 0;
};
ANNALS_EVENT(sample_created, "sample.created", shelf)

struct create_sample {};

struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<sample_created>;
    using decision = commands::decision<event>;
    auto decide(const create_sample&) const -> decision { return sample_created{}; }
    void evolve(const sample_created&) {}
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
