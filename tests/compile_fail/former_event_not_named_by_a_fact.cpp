// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_received
// says: laboratory::sample_measured
// says: a former event becomes a fact that does not name it: add it to the fact's ANNALS_FORMER_EVENTS
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_received& was) -> std::tuple<sample_measured, sample_stored>
{
    return {{}, {was.place}};
}

void run(const recorded_event& event) { facts::for_each_fact<std::variant<sample_stored>>(event, nothing); }

}  // namespace laboratory
