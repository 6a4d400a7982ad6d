// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/registry.hpp>

#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace annals::operations {

/// All versions of a projection, the newest last. Throws `failure` when there is none, with the name that was probably
/// meant; `program`: the one whose command lists those there are.
auto registered_versions(pqxx::transaction_base&, const std::string& projection, const std::string& program)
    -> std::vector<projections::registry::entry>;

}  // namespace annals::operations
