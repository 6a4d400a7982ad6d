// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: laboratory::sample_received
// says: the `upcast` of this former event never returns the fact that names it
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

ANNALS_FORMER_EVENTS(sample_measured, sample_received)
ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_received&) -> sample_measured { return {}; }

void run(const recorded_event& event) { facts::for_each_fact<std::variant<sample_stored>>(event, nothing); }

}  // namespace laboratory
