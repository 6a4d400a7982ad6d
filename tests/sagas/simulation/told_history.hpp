// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/sagas/simulation/check.hpp>

#include <string>

namespace annals::sagas::simulation {

/// All of a history, in its order, one event a line.
auto told(const history&) -> std::string;
/// The first violations, and of the saga that the first is about what happened up to there: its facts, and what was
/// asked, done and answered for it.
auto told(const history&, const std::vector<violation>&) -> std::string;

}  // namespace annals::sagas::simulation
