// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/operations/doctor.hpp>

#include <string>
#include <vector>

namespace annals::libpq {
class connection;
}  // namespace annals::libpq

namespace annals::operations {

/// Finds users of a migrated database with more rights than docs/operating/roles.md says, rights that its own user
/// lacks, and settings that no longer protect events from changes; `about` is put into each finding. Empty when all is
/// well. Throws as `connection::query`.
auto examine_privileges(libpq::connection&, const std::string& about) -> std::vector<finding>;

}  // namespace annals::operations
