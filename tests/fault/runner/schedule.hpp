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

/// What episodes are for.
struct preference {
    std::vector<fault> favourites = {};      ///< chosen much more often than others
    bool has_others = true;                  ///< otherwise there is nothing but favourites
};

/// The faults of one episode in the order of their times: the same for the same seed, number and preference. What then
/// happens depends on the machine, too.
auto plan_episode(std::uint64_t seed, int number, const preference& = {}) -> std::vector<planned_fault>;

}  // namespace annals::fault_runs
