// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_received
// says: this event became others (it has an `upcast`), and is never seen: list those instead
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_received& was) -> sample_stored { return {was.place}; }

void run(const recorded_event& event)
{
    facts::for_each_fact<std::variant<sample_received, sample_stored>>(event, nothing);
}

}  // namespace laboratory
