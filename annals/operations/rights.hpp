// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/operations/doctor.hpp>
#include <annals/operations/presence.hpp>

#include <string>
#include <vector>

namespace annals::operations {

/// Throws `failure`, naming what is missing and the role to grant, when the user cannot keep read models, cannot
/// publish, or cannot carry out the commands of process managers: without the rights for its work a process would only
/// retry for ever.
void require_rights_to_project(const std::string& log_dsn, const std::string& model_dsn);
void require_rights_to_publish(const std::string& log_dsn);
void require_rights_to_append(const std::string& log_dsn);

/// The rights that users of processes seen within the last day lack for the work of these processes.
auto examine_rights_of(const process_rows&, libpq::connection& log, libpq::connection& models) -> std::vector<finding>;

}  // namespace annals::operations
