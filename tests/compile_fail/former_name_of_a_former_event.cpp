// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: laboratory::sample_received
// says: two facts are stored under one name: it is unclear which is meant
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

ANNALS_FORMER_NAMES(sample_received, "sample.shelved")
ANNALS_FORMER_NAMES(sample_stored, "sample.shelved")
ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_received& was) -> sample_stored { return {was.place}; }

void run(const recorded_event& event) { facts::for_each_fact<std::variant<sample_stored>>(event, nothing); }

}  // namespace laboratory
