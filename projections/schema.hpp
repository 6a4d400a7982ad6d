// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <projections/definition.hpp>

#include <pqxx/pqxx>

#include <string>
#include <string_view>
#include <vector>

/// What a version of a projection owns in the database: a schema, and in it tables and one function a block.
namespace annals::projections::schema {

/// The role that owns what a projection of this name makes, in this database. Roles belong to the whole cluster.
auto role_of(pqxx::transaction_base&, std::string_view projection) -> std::string;

/// Makes schema and role, runs the creation as that role, stores the blocks as functions and runs each over an empty
/// batch, without effect. Confined: whatever its author wrote can neither leave the role nor end the transaction.
/// Throws `bad_file` for what the server refuses of the author's SQL, `pqxx::sql_error` for anything else.
void create(pqxx::dbtransaction&, const definition&, const std::string& name);

/// What analysts shall see of it: its tables and views, but those whose names begin with `_`.
auto shown_names(pqxx::transaction_base&, std::string_view name) -> std::vector<std::string>;

/// All tables in it that hold rows, also those that are not shown.
auto tables(pqxx::transaction_base&, std::string_view name) -> std::vector<std::string>;

}  // namespace annals::projections::schema
