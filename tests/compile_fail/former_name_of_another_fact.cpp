// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_archived
// says: laboratory::sample_stored
// says: two facts are stored under one name: it is unclear which is meant
#include <facts/facts.hpp>

namespace laboratory {
using namespace annals;

struct sample_archived {};
struct sample_stored {
    std::string location;
};
ANNALS_EVENT(sample_archived, "sample.archived")
ANNALS_EVENT(sample_stored, "sample.stored", location)
ANNALS_FORMER_NAMES(sample_stored, "sample.shelved", "sample.archived")

void run(const eventstore::recorded_event& event)
{
    facts::for_each_fact<std::variant<sample_archived, sample_stored>>(event, [](const auto&) {});
}

}  // namespace laboratory
