// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/schedule.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace annals::fault_runs {
namespace {

auto counts(const std::vector<planned_fault>& plan) -> std::map<fault, int>
{
    std::map<fault, int> all;
    for (const auto& one : plan) ++all[one.what];
    return all;
}

TEST_CASE("a seed and a number make the same episode again, and others another one")
{
    const auto plain = [](const std::vector<planned_fault>& plan) {
        std::vector<std::tuple<long, fault, long, std::uint32_t>> all;
        for (const auto& one : plan) all.emplace_back(one.at.count(), one.what, one.lasts.count(), one.choice);
        return all;
    };
    CHECK(plain(plan_episode(1, 1)) == plain(plan_episode(1, 1)));
    CHECK(plain(plan_episode(1, 1)) != plain(plan_episode(1, 2)));
    CHECK(plain(plan_episode(1, 1)) != plain(plan_episode(2, 1)));
}

TEST_CASE("an episode has its faults in order, and what hangs or deletes a topic once")
{
    for (int number = 1; number <= 200; ++number) {
        const auto plan = plan_episode(7, number);
        CHECK(plan.size() >= 20);
        CHECK(std::ranges::is_sorted(plan, {}, &planned_fault::at));
        for (const auto& [what, count] : counts(plan))
            if (kind_of(what).in == fault_kind::group::once) CHECK(count == 1);
    }
}

TEST_CASE("every kind of fault comes, and favourites come most")
{
    std::map<fault, int> all, favoured;
    for (int number = 1; number <= 300; ++number) {
        for (const auto& [what, count] : counts(plan_episode(3, number))) all[what] += count;
        for (const auto& [what, count] : counts(plan_episode(3, number, {.favourites = {fault::worker_killed}})))
            favoured[what] += count;
    }
    for (const auto& kind : all_fault_kinds()) CHECK_MESSAGE(all[kind.is] > 0, kind.name);
    CHECK(favoured[fault::worker_killed] > 3 * all[fault::worker_killed]);
}

TEST_CASE("an episode may have nothing but favourites")
{
    for (int number = 1; number <= 20; ++number) {
        const auto plan = plan_episode(3, number, {.favourites = {fault::version_swapped}, .has_others = false});
        CHECK(plan.size() >= 5);
        for (const auto& one : plan) CHECK(one.what == fault::version_swapped);
    }
}

}  // namespace
}  // namespace annals::fault_runs
