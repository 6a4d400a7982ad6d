// SPDX-License-Identifier: Apache-2.0
// says: annals: what an aggregate ignores is a type's name or pattern, or a list of them
// says: laboratory::sample
#include <commands/handle.hpp>

namespace laboratory {
using namespace annals;

struct sample_created {};
ANNALS_EVENT(sample_created, "sample.created")

struct create_sample {};

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
