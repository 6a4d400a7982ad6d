// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <string>
#include <vector>

/// The settings that can change what SQL computes are the same wherever a projection runs: the defaults of a client,
/// a role or a database do not affect its rows (docs/guide/sql-projections.md lists them).
namespace annals::projections::settings {

/// As clauses of `create function`: they hold while the function runs, and cost some microseconds per call.
auto clauses() -> std::string;
/// Also those that are too expensive for a function that is called for every batch.
auto clauses_for_one_call() -> std::string;

/// The first ones as PostgreSQL stores them in `pg_proc.proconfig`: name=value.
auto as_configured() -> std::vector<std::string>;

/// For the whole session: for what runs outside such a function. Call it outside any transaction.
void settle(pqxx::connection&);

}  // namespace annals::projections::settings
