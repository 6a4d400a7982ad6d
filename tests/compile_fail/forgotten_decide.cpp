// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: laboratory::archive_sample
// says: the aggregate lacks a function for this command: auto decide(const Command&) const -> decision
#include <tests/compile_fail/sample.hpp>

namespace laboratory {

struct archive_sample {};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", archive_sample{}); }

}  // namespace laboratory
