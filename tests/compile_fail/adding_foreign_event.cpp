// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: the aggregate does not have this event among its `event` alternatives
#include <tests/compile_fail/sample.hpp>

namespace laboratory {

auto run() -> sample::decision
{
    sample::decision all;
    all += sample_stored{};
    return all;
}

}  // namespace laboratory
