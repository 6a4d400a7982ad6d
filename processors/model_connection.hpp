// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <exception>
#include <string>

namespace annals::processors {

/// Connects to the database of the read models with a session as every other of annals (`connection.hpp`). A peer that
/// is gone is noticed within ten seconds on either side, and a transaction in which nothing happens for five seconds is
/// ended: so a stopped process holds nobody up. Its search path is PostgreSQL's own default.
/// `dsn`: libpq conninfo or URI; empty: what the PG* environment says. `part`: as in `pg_stat_activity`.
/// Throws `eventstore::unavailable`, `eventstore::invalid_request`, `eventstore::mismatch`.
auto open_model_connection(const std::string& dsn, const std::string& part) -> pqxx::connection;

/// Whether this is a session that was lost, or could not be opened: then the process says so, once for all its parts,
/// and nothing else is to be said about it.
auto tell_lost_session(const std::string& dsn, const std::string& part, const std::exception&) -> bool;

/// Prepares a statement where the session has none of that name. Outside any transaction.
void prepare_once(pqxx::connection&, const std::string& name, const std::string& statement);

}  // namespace annals::processors
