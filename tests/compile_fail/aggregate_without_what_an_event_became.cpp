// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: laboratory::sample_received
// says: laboratory::sample_measured
// says: a former event became this fact, and the aggregate does not have it among its `event` alternatives
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

ANNALS_FORMER_EVENTS(sample_measured, sample_received)
ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_received& was) -> std::tuple<sample_measured, sample_stored>
{
    return {{}, {was.place}};
}

struct store_sample {};

struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<sample_stored>;
    using decision = commands::decision<event>;

    auto decide(const store_sample&) const -> decision { return {}; }
    void evolve(const sample_stored&) {}
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", store_sample{}); }

}  // namespace laboratory
