// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: laboratory::sample_received
// says: a former event keeps its struct and its ANNALS_EVENT

namespace laboratory {

struct sample_received {
    std::string place;
};
struct sample_stored {
    std::string location;
};
ANNALS_EVENT(sample_stored, "sample.stored", location)
ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_received& was) -> sample_stored { return {was.place}; }

void run(const recorded_event& event) { facts::for_each_fact<std::variant<sample_stored>>(event, nothing); }

}  // namespace laboratory
