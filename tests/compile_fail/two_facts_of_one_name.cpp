// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: laboratory::sample_moved
// says: two facts are stored under one name: it is unclear which is meant
#include <facts/facts.hpp>

namespace laboratory {
using namespace annals;

struct sample_stored {
    std::string location;
};
struct sample_moved {
    std::string location;
};
ANNALS_EVENT(sample_stored, "sample.stored", location)
ANNALS_EVENT(sample_moved, "sample.stored", location)

void run(const eventstore::recorded_event& event)
{
    facts::for_each_fact<std::variant<sample_stored, sample_moved>>(event, [](const auto&) {});
}

}  // namespace laboratory
