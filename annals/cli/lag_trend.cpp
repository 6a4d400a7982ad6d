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

auto two_parts(std::int64_t larger, const char* unit, std::int64_t smaller, const char* smaller_unit) -> std::string
{
    const auto all = std::to_string(larger) + unit;
    return smaller == 0 ? all : all + " " + std::to_string(smaller) + smaller_unit;
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

auto duration_text(double seconds) -> std::string
{
    if (!(seconds < 1e9)) return "years";
    const auto whole = static_cast<std::int64_t>(std::ceil(std::max(seconds, 0.0)));
    constexpr std::int64_t minute = 60, hour = 60 * minute, day = 24 * hour;
    if (whole < minute) return std::to_string(whole) + " s";
    if (whole < hour) return two_parts(whole / minute, " min", whole % minute, " s");
    if (whole < day) return two_parts(whole / hour, " h", whole % hour / minute, " min");
    return two_parts(whole / day, " d", whole % day / hour, " h");
}

}  // namespace annals::cli
