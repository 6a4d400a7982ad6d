// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/timestamp.hpp>
#include <annals/projections/definition.hpp>

#include <pqxx/pqxx>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals::projections {
struct sql_file;
}  // namespace annals::projections

/// Which projections a database has. Versions are kept side by side; one of each name is live.
namespace annals::projections::registry {

struct entry {
    processors::processor_id id;             ///< of this registration
    projections::kind kind;
    std::vector<std::string> categories;
    std::string text;                        ///< of the definition
    std::string hash;                        ///< SHA-256 of its identity
    bool live;                               ///< analysts see it under `shows`
    std::optional<eventstore::timestamp> kept_until;  ///< it was live, and can be live again until then
    std::vector<std::string> shows;          ///< its names in the schema `read`
    eventstore::timestamp created_at;

    /// Whether workers apply events to it. Otherwise it waits for a rebuild, or is being built.
    auto is_applied() const -> bool { return live || kept_until.has_value(); }
};

/// The result of registering a definition.
enum class outcome {
    created,      ///< it is new and live
    unchanged,    ///< this version was registered already, with this definition
    waiting       ///< an older version is live: this one waits for a rebuild (registered now or before)
};

/// Registers a definition with all its objects in the database, in one transaction: when it throws, nothing was
/// created. Throws `bad_file` when the server refuses its SQL. Throws `invalid_request` when the version is
/// registered with another definition or older than the live one, when another projection shows one of its names, or
/// when the user lacks a privilege (needed: CREATEROLE, CREATE on the database, membership of annals_owner).
auto apply(pqxx::connection&, const definition&) -> outcome;
/// The same as a part of a transaction. Throws `pqxx::sql_error` for a missing privilege.
auto apply(pqxx::dbtransaction&, const definition&) -> outcome;

/// Registers a second copy of a version, without rows; a former one of the same definition is kept as it is, with its
/// rows. Throws as `apply`.
auto apply_copy(pqxx::connection&, const definition& original, copy_for) -> entry;

/// The file of an SQL projection, as it was registered. Throws `bad_file` when this program cannot read it.
auto file_of(const entry&) -> sql_file;

/// Drops all versions of a projection with their rows and checkpoints. Throws `invalid_request` when there is none,
/// or when other objects, such as an analyst's view, depend on it.
void remove(pqxx::connection&, std::string_view projection);

/// Drops one version that is not live, or a copy, with its rows and checkpoints. Throws `invalid_request` when it is
/// live or not registered.
void remove_version(pqxx::connection&, const processors::processor_id&);

/// Drops the versions that were kept long enough, and returns them.
auto remove_expired(pqxx::connection&) -> std::vector<processors::processor_id>;

/// Restores the owners of a version and of its views (see `ownership.hpp`), all privileges, and the functions that
/// this program makes; rows and checkpoints stay. Throws `pqxx::insufficient_privilege`: after a restore a superuser
/// is needed.
void set_right(pqxx::connection&, const entry&);

/// Drops the roles of projections whose database was dropped, where nothing belongs to them, and returns their names.
/// Not those that this user may not drop. Roles belong to the whole cluster: other databases' roles are dropped, too.
auto drop_roles_of_dropped_databases(pqxx::connection&) -> std::vector<std::string>;

/// Registering, swapping and removing happen one at a time in a database, until their transactions end.
void wait_for_turn(pqxx::transaction_base&);

/// Forgets a version, with its checkpoints, as a part of a transaction; its schema stays. It waits for running batches,
/// and later ones find no checkpoint.
void forget(pqxx::transaction_base&, const processors::processor_id&);

/// All versions of all projections, or of one, by name and version.
auto list(pqxx::transaction_base&, std::string_view projection = {}) -> std::vector<entry>;

/// By name and version, whatever the registration.
auto find(pqxx::transaction_base&, const processors::processor_id&) -> std::optional<entry>;

}  // namespace annals::projections::registry
