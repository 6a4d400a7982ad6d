// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/operations/doctor.hpp>

#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace annals::operations {

/// Roles of projections of dropped databases. Registered projections with objects of the wrong owner, without the
/// rights that others need, or made by an older program. `program`: the one that repairs them.
auto examine_ownership(pqxx::connection& model, const std::string& program) -> std::vector<finding>;

/// Projections that applied events after ones that come later in the order of all logs: a rebuild may give other rows.
auto examine_late_events(pqxx::connection& model, const std::string& program) -> std::vector<finding>;

}  // namespace annals::operations
