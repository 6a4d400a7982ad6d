// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: the upcasters of this fact have a gap: every version from 1 on needs one
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

ANNALS_FORMER_NAMES(sample_stored, "sample.shelved")

/// Renaming does not restart versions: the upcaster from 1, when it was called shelved, is missing.
inline void upcast(facts::from_version<sample_stored, 2>, eventstore::json&) {}

void run(const recorded_event& event) { facts::for_each_fact<std::variant<sample_stored>>(event, nothing); }

}  // namespace laboratory
