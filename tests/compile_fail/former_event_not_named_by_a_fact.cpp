// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_received
// says: laboratory::sample_measured
// says: a former event becomes a fact that does not name it: add it to the fact's ANNALS_FORMER_EVENTS
#include <facts/facts.hpp>

namespace laboratory {
using namespace annals;

struct sample_received {
    std::string place;
};
struct sample_measured {
    double volume_ml = 0;
};
struct sample_stored {
    std::string location;
};
ANNALS_EVENT(sample_received, "sample.received", place)
ANNALS_EVENT(sample_measured, "sample.measured", volume_ml)
ANNALS_EVENT(sample_stored, "sample.stored", location)
ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_received& was) -> std::tuple<sample_measured, sample_stored>
{
    return {{}, {was.place}};
}

void run(const eventstore::recorded_event& event)
{
    facts::for_each_fact<std::variant<sample_stored>>(event, [](const auto&) {});
}

}  // namespace laboratory
