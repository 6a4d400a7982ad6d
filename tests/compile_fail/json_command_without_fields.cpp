// SPDX-License-Identifier: Apache-2.0
// says: laboratory::create_sample
// says: a command that arrives as JSON needs ANNALS_FIELDS below its struct
#include <tests/compile_fail/sample.hpp>

namespace laboratory {

auto run() { return commands::as_json_command<sample, create_sample>(); }

}  // namespace laboratory
