// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/pipeline.hpp>
#include <benchmarks/report.hpp>

#include <chrono>

namespace annals::benchmarks {

/// How events go from an append to a row: each run has a database of its own.
struct course {
    way by = way::from_the_log;
    int logs = 8;
    int idle_logs = 0;                       ///< of another category that the projection follows
    bool in_one_order = true;                ///< of all these logs
    std::chrono::milliseconds locked_for{};  ///< a stranger locks one idle log for so long, twice a second
};

/// Latencies at a given rate. The n-th event shown is taken for the n-th sent: this is right within a millisecond at
/// these rates, since a log keeps the order and the logs are used evenly.
auto at_rate(const course&, double rate, double for_s) -> sample;

/// As many as can be appended; the time until the last one is shown.
auto at_most(const course&, int events) -> sample;

}  // namespace annals::benchmarks
