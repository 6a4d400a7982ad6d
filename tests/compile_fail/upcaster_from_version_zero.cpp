// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: the upcasters of this fact have a hole: every version from 1 on needs one
#include <facts/facts.hpp>

namespace laboratory {
using namespace annals;

struct sample_stored {
    std::string location;
};
ANNALS_EVENT(sample_stored, "sample.stored", location)

inline void upcast(facts::from_version<sample_stored, 0>, eventstore::json&) {}

void run(const eventstore::recorded_event& event)
{
    facts::for_each_fact<std::variant<sample_stored>>(event, [](const auto&) {});
}

}  // namespace laboratory
