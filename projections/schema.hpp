// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <projections/definition.hpp>

#include <pqxx/pqxx>

#include <string>
#include <string_view>
#include <vector>

/// What a version of a projection owns in the database: a schema, and in it tables and one function a block.
namespace annals::projections::schema {

/// Makes schema and role, runs the creation as that role, stores the blocks as functions and tries each. Confined:
/// whatever its author wrote can neither leave the role nor end the transaction, and nothing that a session may be set
/// to changes what it computes.
/// Throws `bad_file` for what the server refuses of the author's SQL, `pqxx::sql_error` for anything else.
void create(pqxx::dbtransaction&, const definition&, const std::string& name);

/// Gives a schema that is there, and all in it, to the projection's role again, with the privileges and the functions
/// that `create` made; rows stay.
void set_right(pqxx::dbtransaction&, const definition&, const std::string& name);

/// Gives a block's function another body; owner and privileges stay.
void replace_block(pqxx::transaction_base&, const std::string& name, std::size_t block, const std::string& statements);

/// What analysts shall see of it: its tables and views, but those whose names begin with `_`.
auto shown_names(pqxx::transaction_base&, std::string_view name) -> std::vector<std::string>;

/// All tables in it that hold rows, also those that are not shown.
auto tables(pqxx::transaction_base&, std::string_view name) -> std::vector<std::string>;

}  // namespace annals::projections::schema
