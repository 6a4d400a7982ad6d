// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace annals::eventstore::postgres {
class connection;
}  // namespace annals::eventstore::postgres

namespace annals::cli {

/// A database that takes no writes.
struct read_only {
    std::string what, to_do;
    bool harms = true;       ///< false for a user who writes nothing anyway, by a setting of its own
};

/// Why nothing can be written in this session; nothing when it can.
auto why_read_only(eventstore::postgres::connection&) -> std::optional<read_only>;

/// Throws `failure`, which says why and what to do, where nothing can be written: a person who appends something need
/// not wait for a server that will refuse it.
void require_writable(const std::string& dsn);

}  // namespace annals::cli
