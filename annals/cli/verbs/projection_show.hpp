// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>
#include <annals/projections/registry.hpp>

#include <cstdint>

namespace annals::cli {

/// What a version of a projection is: its state and lag, its tables with their sizes, its columns, a few rows of what
/// it shows, and its definition. Reads the rows as a role that can only read, where the user may take it. Outside any
/// transaction.
void show_projection(session&, pqxx::connection& models, const projections::registry::entry&, std::int64_t rows_max);

}  // namespace annals::cli
