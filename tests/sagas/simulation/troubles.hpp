// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/engine/engine.hpp>
#include <tests/sagas/simulation/chance.hpp>
#include <tests/sagas/simulation/participants.hpp>

namespace annals::sagas::simulation {

/// How often something goes wrong. Each seed has its own mixture: some worlds know only one kind of trouble.
struct troubles {
    double crash = 0, stall = 0, storage = 0;      // at each point of a round
    double lost = 0, slow = 0, silent = 0, twice = 0;
    participants::moods moods;
};

auto any_troubles(chance&) -> troubles;

/// Services with and without limits.
auto any_settings(chance&) -> engine_settings;

}  // namespace annals::sagas::simulation
