// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: laboratory::sample_received
// says: a former event says what it became: auto upcast(const Former&)
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

ANNALS_FORMER_EVENTS(sample_stored, sample_received)

void run(const recorded_event& event) { facts::for_each_fact<std::variant<sample_stored>>(event, nothing); }

}  // namespace laboratory
