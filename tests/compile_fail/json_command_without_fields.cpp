// SPDX-License-Identifier: Apache-2.0
// says: laboratory::create_sample
// says: a command that arrives as JSON needs ANNALS_FIELDS below its struct
#include <commands/command.hpp>

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

    auto decide(const create_sample&) const -> decision { return sample_created{}; }
    void evolve(const sample_created&) {}
    void evolve(const sample_archived&) {}
};

auto run() { return commands::as_json_command<sample, create_sample>(); }

}  // namespace laboratory
