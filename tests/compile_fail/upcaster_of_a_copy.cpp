// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: an upcaster changes what it is given: it takes `json&`, and returns nothing
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

inline auto upcast(facts::from_version<sample_stored, 1>, eventstore::json stored) -> eventstore::json
{
    stored["location"] = stored["place"];
    return stored;
}

void run(const recorded_event& event) { facts::for_each_fact<std::variant<sample_stored>>(event, nothing); }

}  // namespace laboratory
