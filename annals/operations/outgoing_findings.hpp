// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/operations/doctor.hpp>

#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace annals::operations {

/// Finds process managers with commands that were refused, and with commands that are due and that nobody carries out.
/// `program`: whose verbs help. Empty when all is well.
auto examine_outgoing(pqxx::connection& model, const std::string& program) -> std::vector<finding>;

}  // namespace annals::operations
