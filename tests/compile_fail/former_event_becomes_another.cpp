// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: laboratory::sample_received
// says: the `upcast` of this former event never returns the fact that names it
#include <facts/facts.hpp>

namespace laboratory {
using namespace annals;

struct sample_received {
    double volume_ml = 0;
};
struct sample_measured {
    double volume_ml = 0;
};
struct sample_stored {
    std::string location;
};
ANNALS_EVENT(sample_received, "sample.received", volume_ml)
ANNALS_EVENT(sample_measured, "sample.measured", volume_ml)
ANNALS_FORMER_EVENTS(sample_measured, sample_received)
ANNALS_EVENT(sample_stored, "sample.stored", location)
ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_received& was) -> sample_measured { return {was.volume_ml}; }

void run(const eventstore::recorded_event& event)
{
    facts::for_each_fact<std::variant<sample_stored>>(event, [](const auto&) {});
}

}  // namespace laboratory
