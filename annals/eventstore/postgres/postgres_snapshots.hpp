// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/patience.hpp>
#include <annals/eventstore/snapshots.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace annals::eventstore::postgres {

/// The snapshots in the log's database, through sessions of their own. A save does not wait for the disk: a crash may
/// lose the last ones. Throws `unavailable` when the server cannot be reached and `mismatch` when the schema has no
/// snapshots ("run annals migrate").
/// `patience`: how long a call waits for the server before it is `unavailable`.
auto open_snapshots(const std::string& dsn, std::chrono::milliseconds patience = default_patience)
    -> std::unique_ptr<snapshots>;

}  // namespace annals::eventstore::postgres
