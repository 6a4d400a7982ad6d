// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/confined_schema.hpp>
#include <annals/projections/definition.hpp>

#include <pqxx/pqxx>

#include <string>
#include <string_view>
#include <vector>

/// A version's objects in the database: a schema with tables, and one function per block.
namespace annals::projections::schema {

/// Creates the schema and the role, runs the creation as that role, stores the blocks as functions and tries each.
/// Throws `bad_file` when the server refuses the author's SQL, `pqxx::sql_error` for anything else.
void create(pqxx::dbtransaction&, const definition&, const std::string& name);

/// The same in the schema of a trial.
auto create_trial(pqxx::dbtransaction&, const definition&) -> confined_schema;

/// Gives an existing schema, and everything in it, back to the projection's role, with the privileges and the
/// functions of `create`; rows stay.
void set_right(pqxx::dbtransaction&, const definition&, const std::string& name);

/// Makes a block's function, or gives an existing one another body; owner and privileges stay.
void replace_block(pqxx::transaction_base&, const confined_schema&, std::size_t block, const std::string& statements);

/// What analysts see of it: its tables and views, except those whose names begin with `_`.
auto shown_names(pqxx::transaction_base&, std::string_view name) -> std::vector<std::string>;

/// Those of them that are computed when they are asked.
auto shown_views(pqxx::transaction_base&, std::string_view name) -> std::vector<std::string>;

/// All its tables that hold rows, including those that are not shown.
auto tables(pqxx::transaction_base&, std::string_view name) -> std::vector<std::string>;

}  // namespace annals::projections::schema
