// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace annals::libpq {
class connection;
}  // namespace annals::libpq

namespace annals::operations {

/// What grows old.
struct house {
    std::string log_dsn;
    std::chrono::days keys_kept;             ///< idempotency keys
    std::string model_dsn = {};              ///< versions of projections that were live; empty: they stay
};

/// Deletes what is too old, immediately and then every hour until asked to stop. Several processes may do so. A failure
/// is logged, and tried again after a minute; versions that this user may not drop are left to `projections clean`.
void keep_house(const house&, const std::stop_token&);

/// Whether there are idempotency keys that should have been deleted: they are a day too old, and no process did it.
/// False for a user who may not see them.
auto has_forgotten_keys(libpq::connection& log, std::chrono::days kept) -> bool;

}  // namespace annals::operations
