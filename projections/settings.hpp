// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <string>
#include <vector>

/// Whatever of a session's settings can change what SQL computes is the same wherever a projection is worked on: what a
/// client, a role or a database has as its default does not reach its rows (docs/guide/sql-projections.md lists them).
namespace annals::projections::settings {

/// As clauses of `create function`: they hold while the function runs, and cost some microseconds a call.
auto clauses() -> std::string;
/// With those that are too dear for a function that is called for every batch.
auto clauses_for_one_call() -> std::string;

/// As PostgreSQL keeps the first in `pg_proc.proconfig`: name=value.
auto as_configured() -> std::vector<std::string>;

/// For the whole session: what is run outside such a function. Outside any transaction.
void settle(pqxx::connection&);

}  // namespace annals::projections::settings
