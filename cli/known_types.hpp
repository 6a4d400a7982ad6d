// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <commands/command.hpp>

#include <string>
#include <vector>

namespace annals::cli {

/// What a program's author named: its verbs and workers know these types.
struct known_types {
    std::vector<std::string> aggregates;                 ///< their categories
    std::vector<commands::json_command> commands;
    std::vector<std::string> sql_files;
};

}  // namespace annals::cli
