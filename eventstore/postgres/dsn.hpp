// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/handles.hpp>

#include <map>
#include <string>
#include <string_view>

namespace annals::eventstore::postgres {

/// A connection string as libpq's keywords and their values.
using dsn_parameters = std::map<std::string, std::string>;

/// Reads `postgresql://…` or key=value pairs; empty: nothing, all comes from PG*.
///
/// Throws `invalid_request` for anything else, and for a piece that stands where it cannot belong, as it does when a
/// password with an `@` or a `/` was written without percent-encoding. The message says what kind of mistake it is and
/// shows nothing of the DSN: what cannot be read may be a password.
auto parse_dsn(const std::string& dsn) -> dsn_parameters;

/// `host:port` that it leads to, as far as it and PG* say.
auto server_of(const dsn_parameters&) -> std::string;

/// Whether a person may see a value as it is: that of `host`, `hostaddr`, `port`, `user` and `dbname`, if it can be
/// one. (A URL in `dbname` cannot; it may hold a password.)
auto is_shown(std::string_view keyword, std::string_view value) -> bool;

/// libpq's message about a connection that was asked for so, on one line and without its guesses. What it quotes of the
/// connection's other parameters is hidden.
auto shown_message(PGconn*, const dsn_parameters& given = {}) -> std::string;

}  // namespace annals::eventstore::postgres
