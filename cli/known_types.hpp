// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/exit_code.hpp>
#include <commands/command.hpp>
#include <processors/worker.hpp>
#include <projections/definition.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace annals::cli {

class session;

/// A view or table of the program: what is registered, and what does the work.
struct known_projection {
    std::function<projections::definition()> define;
    std::function<std::shared_ptr<processors::processor>()> make;
};

/// A verb that only this program has.
struct own_verb {
    std::string name;
    std::string says;
    std::function<exit_code(session&)> run;
};

/// What a program's author named: its verbs and workers know these types.
struct known_types {
    std::vector<std::string> aggregates;                 ///< their categories
    std::vector<commands::json_command> commands;
    std::vector<known_projection> projections;
    std::vector<std::string> sql_files;
    std::vector<own_verb> verbs;
    std::map<std::string, std::string> defaults;         ///< settings by name, where nobody gives another
};

}  // namespace annals::cli
