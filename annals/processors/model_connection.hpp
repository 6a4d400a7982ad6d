// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <exception>
#include <string>
#include <string_view>

namespace annals::processors {

/// PostgreSQL's own default, so that a processor may name its tables without a schema; but what the SQL of a projection
/// left in `pg_temp` is found last, and so never in the place of something that the session means.
inline constexpr std::string_view model_search_path = "\"$user\", public, pg_temp";

/// Connects to the database of the read models with a session like all others of annals (`connection.hpp`). Either
/// side notices a lost peer within ten seconds. A transaction that is idle for five seconds is ended, so a stopped
/// process does not block the others. Its search path is `model_search_path`.
/// `dsn`: libpq conninfo or URI; empty: the PG* environment. `part`: as in `pg_stat_activity`.
/// Throws `eventstore::unavailable`, `eventstore::invalid_request`, `eventstore::mismatch`.
auto open_model_connection(const std::string& dsn, const std::string& part) -> pqxx::connection;

/// Whether a session was lost or could not be opened. The process then logs that, once for all its parts, and the
/// caller logs nothing more.
auto tell_lost_session(const std::string& dsn, const std::string& part, const std::exception&) -> bool;

/// Prepares a statement unless the session has one of that name. Outside any transaction.
void prepare_once(pqxx::connection&, const std::string& name, const std::string& statement);

}  // namespace annals::processors
