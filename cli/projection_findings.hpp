// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/doctor.hpp>

#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace annals::cli {

/// What of the registered projections does not belong to whom it should, may not be used by those who need it, or was
/// made by an older program. `program`: whose `migrate` sets it right.
auto examine_ownership(pqxx::connection& model, const std::string& program) -> std::vector<finding>;

}  // namespace annals::cli
