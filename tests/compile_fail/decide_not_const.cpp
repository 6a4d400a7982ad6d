// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: laboratory::create_sample
// says: the aggregate lacks a function for this command: auto decide(const Command&) const -> decision
#include <commands/handle.hpp>

namespace laboratory {
using namespace annals;

struct sample_created {
    std::string barcode;
};
struct sample_archived {};
ANNALS_EVENT(sample_created, "sample.created", barcode)
ANNALS_EVENT(sample_archived, "sample.archived")

struct create_sample {};

struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<sample_created, sample_archived>;
    using decision = commands::decision<event>;

    auto decide(const create_sample&) -> decision { return sample_created{}; }
    void evolve(const sample_created&) {}
    void evolve(const sample_archived&) {}
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
