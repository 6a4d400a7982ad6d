// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/fault_kinds.hpp>

#include <chrono>
#include <cstdint>
#include <vector>

namespace annals::fault_runs {

/// A fault at its time.
struct planned_fault {
    std::chrono::milliseconds at;            ///< since the episode began
    fault what;
    std::chrono::milliseconds lasts;
    std::uint32_t choice;                    ///< which of several victims, or how
};

/// How long faults begin in an episode; some last longer.
constexpr auto episode_length = std::chrono::seconds{12};

/// The faults of one episode in the order of their times: the same for the same seed, number and `favourites`, which
/// are chosen much more often than others. What then happens depends on the machine, too.
auto plan_episode(std::uint64_t seed, int number, const std::vector<fault>& favourites = {})
    -> std::vector<planned_fault>;

}  // namespace annals::fault_runs
