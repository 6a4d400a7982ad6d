// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/schedule.hpp>

#include <algorithm>
#include <random>
#include <set>

namespace annals::fault_runs {
namespace {

using std::chrono::milliseconds;
using group = fault_kind::group;

constexpr int light_faults = 24;             ///< of an episode, with those that come once
constexpr int acts = 3;
constexpr int acts_alone = 8;                ///< where nothing else happens
constexpr int favour = 10;

class planner {
public:
    planner(std::uint64_t seed, int number, const preference& preferred)
        : random_(seed * 1'000'003 + static_cast<std::uint64_t>(number)), preferred_(preferred)
    {}

    auto plan() -> std::vector<planned_fault>
    {
        if (below(2) == 0) add({group::broker});
        if (below(5) < 3) add({group::postgres});
        for (int i = 0; i < light_faults; ++i) add({group::light, group::once});
        for (int i = 0; i < (preferred_.has_others ? acts : acts_alone); ++i) add({group::act});
        std::ranges::sort(all_, {}, &planned_fault::at);
        return std::move(all_);
    }

private:
    auto below(std::uint64_t end) -> std::uint64_t { return random_() % end; }

    auto weight_of(const fault_kind& kind) const -> int
    {
        if (kind.in == group::once && used_.contains(kind.is)) return 0;
        if (std::ranges::find(preferred_.favourites, kind.is) != preferred_.favourites.end())
            return kind.weight * favour;
        return preferred_.has_others ? kind.weight : 0;
    }

    void add(const std::set<group>& of)
    {
        std::vector<const fault_kind*> lots;
        for (const auto& kind : all_fault_kinds())
            if (of.contains(kind.in)) lots.insert(lots.end(), static_cast<std::size_t>(weight_of(kind)), &kind);
        if (lots.empty()) return;
        const auto& kind = *lots[below(lots.size())];
        used_.insert(kind.is);
        const auto spread = static_cast<std::uint64_t>((kind.longest - kind.shortest).count()) + 1;
        const auto latest = static_cast<std::uint64_t>(milliseconds(episode_length).count());
        all_.push_back({milliseconds(below(latest)), kind.is, kind.shortest + milliseconds(below(spread)),
                        static_cast<std::uint32_t>(random_())});
    }

    std::mt19937_64 random_;
    const preference& preferred_;
    std::set<fault> used_;
    std::vector<planned_fault> all_;
};

}  // namespace

auto plan_episode(std::uint64_t seed, int number, const preference& preferred) -> std::vector<planned_fault>
{
    return planner(seed, number, preferred).plan();
}

}  // namespace annals::fault_runs
