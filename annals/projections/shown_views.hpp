// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <string>

/// The views in the schema `read`, under which analysts find the tables of a version's schema.
namespace annals::projections::shown_views {

/// The view of a table, as it is written in a statement: `read."Told"`.
auto name_of(pqxx::transaction_base&, const std::string& table) -> std::string;

/// Creates the view of a table, with the table's comments, for everybody who may read `read`. Throws
/// `pqxx::sql_error` when it exists.
void create(pqxx::transaction_base&, const std::string& schema, const std::string& table);

/// Lets a view that exists show a table of another schema, with that table's comments. Owner, privileges and what
/// depends on it stay. Throws `pqxx::sql_error` when the table does not begin with the view's columns.
void replace(pqxx::transaction_base&, const std::string& schema, const std::string& table);

/// Gives a view that exists its owner and its readers. `view`: as it is written in a statement.
void open_to_readers(pqxx::transaction_base&, const std::string& view);

}  // namespace annals::projections::shown_views
