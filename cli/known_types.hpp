// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <commands/command.hpp>
#include <processors/worker.hpp>
#include <projections/definition.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace annals::cli {

/// A view or table of the program: what is registered, and what does the work.
struct known_projection {
    std::function<projections::definition()> define;
    std::function<std::shared_ptr<processors::processor>()> make;
};

/// What a program's author named: its verbs and workers know these types.
struct known_types {
    std::vector<std::string> aggregates;                 ///< their categories
    std::vector<commands::json_command> commands;
    std::vector<known_projection> projections;
    std::vector<std::string> sql_files;
};

}  // namespace annals::cli
