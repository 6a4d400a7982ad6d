// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <exception>
#include <random>
#include <string>

namespace annals::processors {

/// Whether the same work may succeed later: a lost connection, SQLSTATE classes 08, 40, 53 and 57, a lock that was not
/// to be had (55P03), a server that is a standby for now (25006), and whatever of annals says it is retryable.
auto is_transient(const std::exception&) -> bool;

/// Whether the database gave the work up for its time: a statement that took too long or was cancelled (57014), a lock
/// that was waited for too long (55P03). Less work at once may succeed.
auto is_time_out(const std::exception&) -> bool;

/// What an exception says, on one line.
auto one_line(const std::exception&) -> std::string;

/// How long to wait before the next attempt: 50 ms, doubled each time up to 5 s, a random half of it taken off so that
/// processes that failed together do not come back together.
class back_off {
public:
    auto next() -> std::chrono::milliseconds;
    void reset() { attempts_ = 0; }
    auto attempts() const -> int { return attempts_; }

private:
    int attempts_ = 0;
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace annals::processors
