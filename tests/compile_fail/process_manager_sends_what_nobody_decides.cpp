// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: laboratory::freeze_sample
// says: the aggregate lacks a function for this command: auto decide(const Command&) const -> decision
#include <tests/compile_fail/sample.hpp>

namespace laboratory {

struct freeze_sample {};
ANNALS_FIELDS(freeze_sample)

auto run() { return sagas::send<sample>("S-1", freeze_sample{}); }

}  // namespace laboratory
