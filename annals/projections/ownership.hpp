// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/registry.hpp>

#include <pqxx/pqxx>

#include <string>
#include <string_view>
#include <vector>

/// Who owns a projection's schema and everything in it: a role of its own, without login and membership, so that its
/// SQL can do nothing else. A restore may change the owner: in another database, to the first one's role; where the
/// roles are missing, to the superuser who restored.
namespace annals::projections::ownership {

/// The role of a projection in this database: the one that owns a version of it already, otherwise the one that
/// `ensure_role` creates.
auto role_of(pqxx::transaction_base&, std::string_view projection) -> std::string;
/// Creates the role if it is missing. The user can then act as it, and it can read what analysts can.
void ensure_role(pqxx::transaction_base&, const std::string& role);
/// The roles that exist only for it and own some of it. Projections in other databases may use them, too.
auto roles_of_its_own(pqxx::transaction_base&, std::string_view projection) -> std::vector<std::string>;

/// Roles of projections whose database was dropped; nothing in the cluster belongs to them, and they have no rights.
auto roles_of_dropped_databases(pqxx::transaction_base&) -> std::vector<std::string>;

/// A part of a registered version that has another owner than applying it gave it.
struct fault {
    bool is_danger;  ///< its SQL could do forbidden things
    std::string what;  ///< such as "its block_1 belongs to postgres, a superuser"
};
auto faults(pqxx::transaction_base&, const registry::entry&) -> std::vector<fault>;

/// Throws a retryable `error`, saying what to do, when a part of a version belongs to anyone but its role: its SQL
/// would run with the rights of another role.
void check(pqxx::transaction_base&, const processors::processor_id&);

}  // namespace annals::projections::ownership
