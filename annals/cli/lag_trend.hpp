// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace annals::cli {

/// How far a processor is, in one log or over all its logs, when somebody looks.
struct lag_look {
    std::int64_t applied = 0;                    ///< events
    std::int64_t head = 0;                       ///< events that there are; never below `applied`
    std::chrono::microseconds age{0};            ///< of the oldest event that is not applied

    auto behind() const -> std::int64_t { return head - applied; }
};

/// What two looks show together.
struct lag_trend {
    enum class way {
        level,                                   ///< behind by less than a second, or by about as much as before
        catching_up,
        falling_behind,
        not_moving                               ///< events wait, and none was applied
    };

    way is = way::level;
    double applied_per_second = 0;
    std::optional<double> seconds_left;          ///< only when it catches up: at the rate between the two looks
};

/// `passed`: the time between the two looks, more than zero. A checkpoint that went back (the processor begins again)
/// has applied nothing.
auto trend_between(const lag_look& before, const lag_look& now, std::chrono::duration<double> passed) -> lag_trend;

auto to_string(lag_trend::way) -> std::string;

}  // namespace annals::cli
