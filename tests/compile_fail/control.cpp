// SPDX-License-Identifier: Apache-2.0
#include <tests/compile_fail/sample.hpp>

namespace laboratory {

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
