// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: laboratory::barcode_taken
// says: the aggregate does not have this event among its `event` alternatives
#include <commands/given.hpp>

namespace laboratory {
using namespace annals;

struct sample_created {
    std::string barcode;
};
struct sample_archived {};
ANNALS_EVENT(sample_created, "sample.created", barcode)
ANNALS_EVENT(sample_archived, "sample.archived")

struct create_sample {};

struct barcode_taken {};
ANNALS_EVENT(barcode_taken, "barcode.taken")

struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<sample_created, sample_archived>;
    using decision = commands::decision<event>;

    auto decide(const create_sample&) const -> decision { return sample_created{}; }
    void evolve(const sample_created&) {}
    void evolve(const sample_archived&) {}
};

void run() { (void)commands::given<sample>(barcode_taken{}); }

}  // namespace laboratory
