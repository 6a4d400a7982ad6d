// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace annals::libpq {
class connection;
}  // namespace annals::libpq

namespace annals::app {

/// A database that refuses writes.
struct read_only {
    std::string what, to_do;
    bool harms = true;       ///< false if only a user without the right to write set it for itself
};

/// Why nothing can be written in this session; nothing when it can.
auto why_read_only(libpq::connection&) -> std::optional<read_only>;

/// Throws `failure`, saying why and what to do, when nothing can be written: people who append should not have to
/// wait for a server that will refuse it.
void require_writable(const std::string& dsn);

}  // namespace annals::app
