// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>

namespace annals::cli {

/// The verb `projections new`: a file of an SQL projection to begin with.
void add_projection_new(CLI::App& projections, session&);

}  // namespace annals::cli
