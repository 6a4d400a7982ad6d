// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: laboratory::sample_moved
// says: two facts are stored under one name: it is unclear which is meant
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_moved {
    std::string location;
};
ANNALS_EVENT(sample_moved, "sample.stored", location)

void run(const recorded_event& event)
{
    facts::for_each_fact<std::variant<sample_stored, sample_moved>>(event, nothing);
}

}  // namespace laboratory
