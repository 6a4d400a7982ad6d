// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/doctor.hpp>
#include <cli/presence.hpp>

#include <string>
#include <vector>

namespace annals::cli {

/// Throws `failure`, which names what is missing and the role to grant, where the user cannot keep read models, or
/// cannot publish: a process without the rights for its work would only try for ever.
void require_rights_to_project(const std::string& log_dsn, const std::string& model_dsn);
void require_rights_to_publish(const std::string& log_dsn);

/// What the users of processes that were seen within the last day lack for what these do.
auto examine_rights_of(const known_workers&, eventstore::postgres::connection& log,
                       eventstore::postgres::connection& models) -> std::vector<finding>;

}  // namespace annals::cli
