// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace annals::eventstore::postgres {
class connection;
}  // namespace annals::eventstore::postgres

namespace annals::cli {

/// Deletes idempotency keys that are older than this, at once and every hour until asked to stop. Any number of
/// processes may do so. What goes wrong is logged, and tried again in a minute.
void keep_house(const std::string& dsn, std::chrono::days kept, const std::stop_token&);

/// Whether there are idempotency keys that should be gone: a day too old, and no process has deleted them.
/// False for a user who may not see them.
auto has_forgotten_keys(eventstore::postgres::connection& log, std::chrono::days kept) -> bool;

}  // namespace annals::cli
