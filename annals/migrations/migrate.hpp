// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/timestamp.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The schema `annals`: SQL files, forward only, embedded in the program. Each is applied once, in a transaction of
/// its own.
namespace annals::migrations {

struct migration {
    int number;
    std::string_view name;  ///< the file's, such as `0001_log.sql`
    std::string_view checksum;  ///< SHA-256 of the file, in hexadecimal
    std::string_view sql;
};

/// The files of this program, by number.
auto embedded() -> std::span<const migration>;

struct step {
    int number;
    std::string name;
    std::optional<eventstore::timestamp> applied_at;  ///< nothing: not yet
    std::string applied_by;
};

/// Every known migration, applied or not, by number. Changes nothing.
/// Throws `mismatch` when an applied file has changed since, or the database has a migration that `known` does not;
/// `unavailable` when the server cannot be reached.
auto status(const std::string& dsn, std::span<const migration> known = embedded()) -> std::vector<step>;

enum class run { for_real, dry };

/// Applies the missing ones in number order and returns them (`dry`: returns what would be applied). Safe when
/// several processes start together: one applies, the others wait for it. Throws as `status`; when a file fails, a
/// `statement_error` that names it: the earlier files stay applied, and the failed one leaves nothing.
auto migrate(const std::string& dsn, run = run::for_real, std::span<const migration> known = embedded())
    -> std::vector<step>;

}  // namespace annals::migrations
