// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>

#include <string>

namespace annals::cli {

/// Makes `verb` an operator's switch with a NAME, such as `projections pause NAME`: a job, so that it is recorded who
/// asked for it and why. `change`: the job's verb (`projection_switches.hpp`); `named`: what NAME is.
void add_switch(CLI::App& verb, const std::string& change, const std::string& named, session&);

}  // namespace annals::cli
