// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_received
// says: laboratory::a_place
// says: the `upcast` of a former event returns something that has no ANNALS_EVENT
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct a_place {
    std::string location;
};

ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_received& was) -> std::tuple<sample_stored, a_place> { return {{was.place}, {}}; }

void run(const recorded_event& event) { facts::for_each_fact<std::variant<sample_stored>>(event, nothing); }

}  // namespace laboratory
