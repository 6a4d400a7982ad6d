// SPDX-License-Identifier: Apache-2.0
// says: laboratory::create_sample
// says: a command that a process manager sends is stored as JSON until it is carried out:
#include <tests/compile_fail/sample.hpp>

namespace laboratory {

auto run() { return sagas::send<sample>("S-1", create_sample{}); }

}  // namespace laboratory
