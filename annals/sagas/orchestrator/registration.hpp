// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/definition/definition.hpp>

#include <pqxx/pqxx>

namespace annals::sagas {

/// Makes a definition known to the log's database, so that its sagas can be started. Throws `invalid_request` when its
/// version is known with other steps.
void register_definition(pqxx::transaction_base&, const definition&, int partitions = 8);

}  // namespace annals::sagas
