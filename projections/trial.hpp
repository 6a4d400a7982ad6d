// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <projections/definition.hpp>

#include <pqxx/pqxx>

#include <string>

namespace annals::projections {

/// Runs a block over no event and undoes it: the server looks at tables and columns when a statement runs. What may be
/// so only because there was no event, such as a sum of nothing where a column is not null, is passed over, and the
/// statements behind it are looked at all the same.
/// Throws `bad_file` for what would be refused whatever the events are.
void try_block(pqxx::dbtransaction&, const definition&, const std::string& schema, std::size_t block);

}  // namespace annals::projections
