// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <thread>

namespace annals::tests {

/// Whether a condition became true in time.
auto waited_until(std::chrono::milliseconds patience, auto&& condition) -> bool
{
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return true;
}

/// Gives something that must not happen the time to happen. The test then checks that it did not.
inline void nothing_for(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

}  // namespace annals::tests
