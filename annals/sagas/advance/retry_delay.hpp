// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/definition/definition.hpp>

#include <chrono>

namespace annals::sagas {

/// How long a step waits after this many failed attempts: min(max, first · 2^(n-1)), and up to a quarter of that more,
/// so that many sagas do not come back at the same moment. `chance` is in [0, 1).
inline auto retry_delay(const step& of, int failed_attempts, double chance) -> std::chrono::milliseconds
{
    auto delay = of.retry_delay;
    for (int i = 1; i < failed_attempts && delay < of.retry_delay_max; ++i) delay *= 2;
    delay = std::min(delay, of.retry_delay_max);
    return delay
           + std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(delay.count()) * chance / 4));
}

}  // namespace annals::sagas
