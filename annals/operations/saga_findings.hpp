// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/operations/doctor.hpp>

#include <string>
#include <vector>

namespace annals::operations {

/// Sagas that are parked or stuck for five minutes, and types for which requests wait while no process runs them.
/// Nothing for a user who may not see them. `program`: the one whose commands are named.
auto examine_sagas(const std::string& log_dsn, const std::string& program) -> std::vector<finding>;

}  // namespace annals::operations
