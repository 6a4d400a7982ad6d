// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/confined_schema.hpp>
#include <annals/projections/definition.hpp>

#include <pqxx/pqxx>

#include <cstddef>

namespace annals::projections {

/// Runs a block over no event and rolls it back: the server checks tables and columns only when a statement runs.
/// Errors that may come only from having no event, such as a sum of nothing in a column that is not null, are
/// ignored, and the statements after them are still checked.
/// Throws `bad_file` for what would be refused whatever the events are.
void try_block(pqxx::dbtransaction&, const definition&, const confined_schema&, std::size_t block);

}  // namespace annals::projections
