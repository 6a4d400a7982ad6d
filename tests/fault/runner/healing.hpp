// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/checked.hpp>
#include <tests/fault/runner/servers.hpp>
#include <tests/fault/runner/whole_system.hpp>

namespace annals::fault_runs {

/// Once nothing is broken any more, the system comes to rest by itself, within a time: rebuilds end, what was paused
/// goes on, parked keys are applied when they are tried often enough, and every read model is as far as the log.
/// Otherwise it says what stands still.
auto await_rest(const servers&, whole_system&) -> checked;

}  // namespace annals::fault_runs
