// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/process_managers/due_commands.hpp>
#include <annals/sagas/process_managers/executor.hpp>

#include <vector>

namespace annals::sagas {

/// Codes of commands that are set aside and that no aggregate refused.
namespace codes {
inline constexpr auto not_known = "not_known";       ///< this program has no such command
inline constexpr auto not_possible = "not_possible"; ///< an exception says that it can never be carried out
}  // namespace codes

/// Carries out one command; does not throw.
auto attempt(due_command, const std::vector<commands::json_command>&, const command_handler&) -> carried;

}  // namespace annals::sagas
