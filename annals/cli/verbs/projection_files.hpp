// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>

namespace annals::cli {

/// The verbs of `projections` about files: `apply`, `check`, `propose`, `proposals` and `accept`.
void add_projection_files(CLI::App& projections, session&);

}  // namespace annals::cli
