// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <stop_token>

namespace annals::eventstore {

/// How long to wait before the next attempt: `first`, doubled each time up to `longest`. A random part, up to half, is
/// taken off, so that processes that failed together do not retry together. For one thread.
class back_off {
public:
    back_off(std::chrono::milliseconds first, std::chrono::milliseconds longest) : first_(first), longest_(longest) {}

    auto next() -> std::chrono::milliseconds;
    void reset() { attempts_ = 0; }
    auto attempts() const -> int { return attempts_; }

private:
    std::chrono::milliseconds first_, longest_;
    int attempts_ = 0;
    std::optional<std::minstd_rand> random_;  ///< made for the first wait: most attempts succeed
};

/// Sleeps, but no longer than until a stop is requested.
void pause(const std::stop_token&, std::chrono::milliseconds);

}  // namespace annals::eventstore
