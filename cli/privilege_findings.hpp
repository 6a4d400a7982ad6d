// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/doctor.hpp>

#include <string>
#include <vector>

namespace annals::eventstore::postgres {
class connection;
}  // namespace annals::eventstore::postgres

namespace annals::cli {

/// Who may do more in a migrated database than docs/operating/roles.md says, what its user lacks, and what no longer
/// keeps events as they are; `about` is put into each finding. Empty when all is well. Throws as `connection::query`.
auto examine_privileges(eventstore::postgres::connection&, const std::string& about) -> std::vector<finding>;

}  // namespace annals::cli
