// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <string>

namespace annals::processors {

/// Connects to the database of the read models. A peer that is gone is noticed within ten seconds on either side, and
/// a transaction in which nothing happens for five seconds is ended: so a stopped process holds nobody up.
/// `dsn`: libpq conninfo or URI; empty: what the PG* environment says. `purpose` is seen in `pg_stat_activity`.
/// Throws `eventstore::unavailable`.
auto open_model_connection(const std::string& dsn, const std::string& purpose) -> pqxx::connection;

/// Prepares a statement where the session has none of that name. Outside any transaction.
void prepare_once(pqxx::connection&, const std::string& name, const std::string& statement);

}  // namespace annals::processors
