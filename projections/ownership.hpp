// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <projections/registry.hpp>

#include <pqxx/pqxx>

#include <string>
#include <string_view>
#include <vector>

/// To whom a projection's schema and all in it belong: a role of its own, without login and membership, so that its SQL
/// can do nothing else. A restore may leave it to somebody else: in another database to the role of the first one, and
/// where the roles are missing to the superuser who restored.
namespace annals::projections::ownership {

/// The role of a projection in this database: the one that owns a version of it already, else that which `ensure_role`
/// makes.
auto role_of(pqxx::transaction_base&, std::string_view projection) -> std::string;
/// Makes it where it is missing; the user can then act as it, and it sees what analysts see.
void ensure_role(pqxx::transaction_base&, const std::string& role);
/// The roles that are there only for it, and own some of it. Others may use them in other databases.
auto roles_of_its_own(pqxx::transaction_base&, std::string_view projection) -> std::vector<std::string>;

/// Something of a registered version that is not as applying it left it.
struct fault {
    bool is_danger;  ///< its SQL could do what it must not
    std::string what;  ///< such as "its block_1 belongs to postgres, a superuser"
};
auto faults(pqxx::transaction_base&, const registry::entry&) -> std::vector<fault>;

/// Throws a retryable `error`, saying what to do, where some of a version belongs to anybody but its role: what it runs
/// would run with the rights of another.
void check(pqxx::transaction_base&, const processors::processor_id&);

}  // namespace annals::projections::ownership
