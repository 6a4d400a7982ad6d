// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>

#include <string>

namespace annals::cli {

/// The first screen of a program: all verbs by group. One screen, one line per verb.
auto overview(const CLI::App& program) -> std::string;

/// The page of one verb: usage, arguments, options, and its sub-verbs, if any.
auto page(const CLI::App& verb) -> std::string;

/// Makes `--help` show these.
void install_help(CLI::App& program);

}  // namespace annals::cli
