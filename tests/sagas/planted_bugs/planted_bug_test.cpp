// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/simulation/check.hpp>
#include <tests/sagas/simulation/told_history.hpp>
#include <tests/sagas/simulation/world.hpp>

#include <doctest/doctest.h>

namespace annals::sagas::planted_bugs {

extern const char* const name;
extern const char* const caught_by;

}  // namespace annals::sagas::planted_bugs

using namespace annals::sagas;
using namespace annals::sagas::simulation;

TEST_CASE("the planted bug is caught")
{
    constexpr std::uint64_t worlds_max = 10'000;
    std::uint64_t seed = 0;
    std::vector<violation> found;
    const auto is_it = [](const violation& one) { return one.rule == planted_bugs::caught_by; };
    while (seed < worlds_max && std::ranges::none_of(found, is_it)) found = check(run(++seed));
    const auto first = std::ranges::find_if(found, is_it);
    const std::string name = planted_bugs::name;
    REQUIRE_MESSAGE(first != found.end(), name, " was not caught in ", worlds_max, " worlds");
    MESSAGE(name, ": ", first->rule, ", ", first->text, ", in world ", seed);
}
