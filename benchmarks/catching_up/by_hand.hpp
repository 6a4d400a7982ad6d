// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/sql/sql_file.hpp>

#include <cstdint>
#include <string>

namespace annals::benchmarks {

/// What a program without annals does: one loop over libpq that reads a page of one log, and in one transaction moves
/// its checkpoint and writes rows. Pages, statements and rows are those of the projection. Each returns events a
/// second.
auto sql_by_hand(const std::string& dsn, const projections::sql_file&) -> double;
auto card_by_hand(const std::string& dsn) -> double;
auto station_by_hand(const std::string& dsn) -> double;

}  // namespace annals::benchmarks
