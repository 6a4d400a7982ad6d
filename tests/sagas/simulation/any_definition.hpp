// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/definition/definition.hpp>
#include <tests/sagas/simulation/chance.hpp>

namespace annals::sagas::simulation {

/// One to eight steps: chains, branches that join, pivots, signals, steps that need no undoing, both orders of undoing.
/// Services are `lab0` to `lab3`; signals are `go` and `ok`.
auto any_definition(chance&) -> definition;

}  // namespace annals::sagas::simulation
