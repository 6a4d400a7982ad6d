// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/lag_trend.hpp>

#include <algorithm>
#include <cmath>

namespace annals::cli {
namespace {

using way = lag_trend::way;

/// A processor that applies what comes is a few events behind at any moment, sometimes more and sometimes fewer.
auto is_up_to_date(const lag_look& look) -> bool { return look.behind() == 0 || look.age < std::chrono::seconds{1}; }

auto way_between(const lag_look& before, const lag_look& now) -> way
{
    if (is_up_to_date(now)) return way::level;
    const auto change = now.behind() - before.behind();
    if (change == 0 && now.applied <= before.applied) return way::not_moving;
    const bool is_small = std::abs(change) * 100 < now.behind();
    if (is_small && now.applied > before.applied) return way::level;
    return change > 0 ? way::falling_behind : way::catching_up;
}

}  // namespace

auto trend_between(const lag_look& before, const lag_look& now, std::chrono::duration<double> passed) -> lag_trend
{
    lag_trend found{.is = way_between(before, now), .applied_per_second = 0, .seconds_left = {}};
    const auto applied = std::max<std::int64_t>(now.applied - before.applied, 0);
    found.applied_per_second = static_cast<double>(applied) / passed.count();
    const auto caught_up = static_cast<double>(before.behind() - now.behind()) / passed.count();
    if (found.is == way::catching_up && caught_up > 0)
        found.seconds_left = static_cast<double>(now.behind()) / caught_up;
    return found;
}

auto to_string(way is) -> std::string
{
    switch (is) {
        case way::catching_up: return "catching up";
        case way::falling_behind: return "falling behind";
        case way::not_moving: return "not moving";
        case way::level: break;
    }
    return "level";
}

}  // namespace annals::cli
