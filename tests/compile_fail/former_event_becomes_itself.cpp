// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_arrived
// says: laboratory::sample_received
// says: a former event becomes itself again

namespace laboratory {

struct sample_arrived {};
struct sample_received {};
struct sample_stored {};
ANNALS_EVENT(sample_arrived, "sample.arrived")
ANNALS_EVENT(sample_received, "sample.received")
ANNALS_EVENT(sample_stored, "sample.stored")
ANNALS_FORMER_EVENTS(sample_arrived, sample_received)
ANNALS_FORMER_EVENTS(sample_received, sample_arrived)
ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_arrived&) -> sample_received { return {}; }
inline auto upcast(const sample_received&) -> std::variant<sample_arrived, sample_stored> { return sample_stored{}; }

void run(const recorded_event& event) { facts::for_each_fact<std::variant<sample_stored>>(event, nothing); }

}  // namespace laboratory
