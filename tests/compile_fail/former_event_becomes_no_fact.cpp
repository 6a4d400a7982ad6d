// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_received
// says: laboratory::a_place
// says: the `upcast` of a former event returns something that has no ANNALS_EVENT
#include <facts/facts.hpp>

namespace laboratory {
using namespace annals;

struct sample_received {
    std::string place;
};
struct a_place {
    std::string location;
};
struct sample_stored {
    std::string location;
};
ANNALS_EVENT(sample_received, "sample.received", place)
ANNALS_EVENT(sample_stored, "sample.stored", location)
ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_received& was) -> std::tuple<sample_stored, a_place> { return {{was.place}, {}}; }

void run(const eventstore::recorded_event& event)
{
    facts::for_each_fact<std::variant<sample_stored>>(event, [](const auto&) {});
}

}  // namespace laboratory
