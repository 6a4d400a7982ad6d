// SPDX-License-Identifier: Apache-2.0
// says: annals: append takes facts
// says: ANNALS_EVENT below the struct

#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

auto run(eventstore::store& store) -> bool
{
    return facts::append(store, {"sample", "S-1"}, eventstore::any_version(), create_sample{}).has_value();
}

}  // namespace laboratory
