// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/duration_text.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace annals::cli {
namespace {

auto two_parts(std::int64_t larger, const char* unit, std::int64_t smaller, const char* smaller_unit) -> std::string
{
    const auto all = std::to_string(larger) + unit;
    return smaller == 0 ? all : all + " " + std::to_string(smaller) + smaller_unit;
}

}  // namespace

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

auto age_text(double seconds) -> std::string
{
    if (seconds < 0 || seconds >= 1) return duration_text(seconds);
    return std::to_string(std::lround(seconds * 1000)) + " ms";
}

}  // namespace annals::cli
