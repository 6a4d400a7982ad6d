// SPDX-License-Identifier: Apache-2.0
// says: annals: ANNALS_ENUM stands directly below its enum, in the namespace of the enum
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

enum class shelf { upper, lower };
}  // namespace laboratory

ANNALS_ENUM(laboratory::shelf, upper, lower)

namespace laboratory {}  // namespace laboratory
