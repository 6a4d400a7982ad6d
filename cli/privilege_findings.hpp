// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/doctor.hpp>

#include <string>
#include <vector>

namespace annals::eventstore::postgres {
class connection;
}  // namespace annals::eventstore::postgres

namespace annals::cli {

/// Finds users of a migrated database with more rights than docs/roles.md says, rights that its own user lacks, and
/// settings that no longer protect events from changes; `about` is put into each finding. Empty when all is well.
/// Throws as `connection::query`.
auto examine_privileges(eventstore::postgres::connection&, const std::string& about) -> std::vector<finding>;

}  // namespace annals::cli
