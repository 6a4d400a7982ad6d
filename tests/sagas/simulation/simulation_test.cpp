// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/simulation/check.hpp>
#include <tests/sagas/simulation/told_history.hpp>
#include <tests/sagas/simulation/world.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>

using namespace annals::sagas::simulation;

namespace {

/// ANNALS_SEED=n: only this seed, whose history is printed. ANNALS_SEEDS=n: so many, from ANNALS_SEED_FIRST on.
auto number_of(const char* name, std::uint64_t otherwise) -> std::uint64_t
{
    const auto* const wanted = std::getenv(name);
    return wanted ? std::strtoull(wanted, nullptr, 10) : otherwise;
}

}  // namespace

TEST_CASE("whatever goes wrong, sagas keep their promises, and end")
{
    const bool is_one = std::getenv("ANNALS_SEED") != nullptr;
    const auto first = is_one ? number_of("ANNALS_SEED", 0) : number_of("ANNALS_SEED_FIRST", 1);
    const auto seeds = is_one ? 1 : number_of("ANNALS_SEEDS", 10'000);
    int failed = 0;
    for (auto seed = first; seed < first + seeds && failed < 3; ++seed) {
        const auto all = run(seed);
        const auto found = check(all);
        if (is_one) std::cout << told(all);
        if (!found.empty()) ++failed;
        CHECK_MESSAGE(found.empty(), told(all, found));
    }
}

TEST_CASE("a seed gives the same history each time")
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) CHECK(told(run(seed)) == told(run(seed)));
}
