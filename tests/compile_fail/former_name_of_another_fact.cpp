// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_archived
// says: laboratory::sample_stored
// says: two facts are stored under one name: it is unclear which is meant
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

ANNALS_FORMER_NAMES(sample_stored, "sample.shelved", "sample.archived")

void run(const recorded_event& event)
{
    facts::for_each_fact<std::variant<sample_archived, sample_stored>>(event, nothing);
}

}  // namespace laboratory
