// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/advance/history_check.hpp>
#include <tests/sagas/simulation/check.hpp>
#include <tests/sagas/simulation/told_history.hpp>
#include <tests/sagas/simulation/world.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

using namespace annals::sagas::simulation;

namespace {

/// ANNALS_SEED=n: only this seed, whose history is printed. ANNALS_SEEDS=n: so many, from ANNALS_SEED_FIRST on.
auto number_of(const char* name, std::uint64_t otherwise) -> std::uint64_t
{
    const auto* const wanted = std::getenv(name);
    return wanted ? std::strtoull(wanted, nullptr, 10) : otherwise;
}

/// What the worlds had in them.
struct tally {
    std::map<std::string, int> all;

    void add(const history& one)
    {
        for (const auto& [id, facts] : one.sagas)
            for (const auto& fact : facts)
                std::visit(
                    [&](const auto& it) { ++all[std::string(annals::facts::type_of<std::decay_t<decltype(it)>>())]; },
                    fact.what.fact);
        for (const auto& [id, status] : one.shown) all["at rest: parked"] += status == "parked";
        for (const auto& remark : one.remarks)
            for (const auto* text : {"killed", "stopped", "fenced", "connection"})
                all[text] += remark.text.contains(text);
        all["requests"] += static_cast<int>(one.asked.size());
        all["effects"] += static_cast<int>(one.effects.size());
    }
    auto text() const -> std::string
    {
        std::string list;
        for (const auto& [name, count] : all) list += "\n  " + std::to_string(count) + " " + name;
        return list;
    }
};

}  // namespace

TEST_CASE("whatever goes wrong, sagas keep their promises, and end")
{
    const bool is_one = std::getenv("ANNALS_SEED") != nullptr;
    const auto first = is_one ? number_of("ANNALS_SEED", 0) : number_of("ANNALS_SEED_FIRST", 1);
    const auto seeds = is_one ? 1 : number_of("ANNALS_SEEDS", 10'000);
    int failed = 0;
    tally seen;
    for (auto seed = first; seed < first + seeds && failed < 3; ++seed) {
        const auto all = run(seed);
        const auto found = check(all);
        seen.add(all);
        if (is_one) std::cout << told(all);
        if (!found.empty()) ++failed;
        CHECK_MESSAGE(found.empty(), told(all, found));
    }
    MESSAGE(seeds, " worlds:", seen.text());
}

TEST_CASE("every history that can be is one that `verify --sagas` accepts")
{
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        const auto all = run(seed);
        const annals::sagas::plan of(all.of);
        for (const auto& [id, facts] : all.sagas) {
            annals::sagas::history_check judged(of);
            for (const auto& one : facts) judged.add(one.what.fact, one.what.at);
            for (const auto& fault : judged.faults())
                FAIL_CHECK("seed " << seed << ", " << id << ", fact " << fault.version << ": " << fault.what);
        }
    }
}

TEST_CASE("a seed gives the same history each time")
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) CHECK(told(run(seed)) == told(run(seed)));
}

TEST_CASE("a database that takes what former owners write is noticed")
{
    std::uint64_t seed = 1;
    while (seed < 1000 && !rules_of(check(run(seed, {.is_fenced = false}))).contains("S1")) ++seed;
    MESSAGE("without the fence: S1 in world ", seed);
    CHECK(seed < 1000);
}
