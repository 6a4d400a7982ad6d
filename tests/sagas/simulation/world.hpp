// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/sagas/simulation/history.hpp>

#include <cstdint>

namespace annals::sagas::simulation {

struct options {
    bool is_fenced = true;                         ///< false: the database takes the writes of former owners
};

/// What happened in the world of this seed. The same seed gives the same history.
auto run(std::uint64_t seed, options = {}) -> history;

}  // namespace annals::sagas::simulation
