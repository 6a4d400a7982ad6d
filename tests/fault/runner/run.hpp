// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/planted_bug.hpp>
#include <tests/fault/runner/report.hpp>
#include <tests/fault/runner/small_disk.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace annals::fault_runs {

/// How far a run has come.
struct progress {
    std::chrono::steady_clock::duration passed{}, of{};
    const report& so_far;
    bool is_news = false;                    ///< an episode has begun or ended
};

struct run_settings {
    std::uint64_t seed = 0;
    std::chrono::seconds lasts{};
    const planted_bug* planted = nullptr;
    bool keeps_servers = true;               ///< when a check has found something
    std::function<void(const progress&)> tell;
};

/// Episodes of faults, each followed by rest and all checks, until the time is over or a check has found something.
/// In that case servers and logs may be kept, and `how_to_look` says how to look at them. Throws when the run cannot go
/// on, which is no violation.
auto run(const run_settings&, const small_disk&, std::string& how_to_look) -> report;

}  // namespace annals::fault_runs
