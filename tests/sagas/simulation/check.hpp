// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/sagas/simulation/history.hpp>

#include <set>
#include <string>
#include <vector>

namespace annals::sagas::simulation {

/// A rule that a history breaks (docs/decisions/0047), and where.
struct violation {
    std::string rule;                              ///< S1 to S11
    std::string saga_id;
    std::string text;
    sequence at = 0;                               ///< the event that broke it; 0: what is missing in the end
};

/// Judges a history by its facts, effects and arrivals. It shares no code with the engine.
auto check(const history&) -> std::vector<violation>;

auto rules_of(const std::vector<violation>&) -> std::set<std::string>;

}  // namespace annals::sagas::simulation
