// SPDX-License-Identifier: Apache-2.0
// says: ignoring return value of
// says: commands::handle

#include <tests/compile_fail/sample.hpp>

namespace laboratory {

void run(eventstore::store& store) { commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
