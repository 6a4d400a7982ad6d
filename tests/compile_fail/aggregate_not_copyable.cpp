// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: annals: an aggregate is a value: it needs a copy constructor
#include <commands/handle.hpp>

namespace laboratory {
using namespace annals;

struct sample_created {
    std::string barcode;
};
ANNALS_EVENT(sample_created, "sample.created", barcode)

struct create_sample {};

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
