// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/handles.hpp>

#include <map>
#include <string>
#include <string_view>

namespace annals::libpq {

/// A connection string as libpq's keywords and their values.
using dsn_parameters = std::map<std::string, std::string>;

/// Reads `postgresql://…` or key=value pairs. Empty: no values, all come from PG*.
///
/// Throws `invalid_request` for anything else, and for a part that cannot be what its place says, as when a password
/// with an `@` or a `/` was not percent-encoded. The message names the kind of mistake and shows nothing of the DSN:
/// a part that cannot be read may be a password.
auto parse_dsn(const std::string& dsn) -> dsn_parameters;

/// The `host:port` it leads to, as far as the DSN and PG* say.
auto server_of(const dsn_parameters&) -> std::string;

/// Whether people may see a value: that of `host`, `hostaddr`, `port`, `user` and `dbname`, if it is a valid one. (A
/// URL in `dbname` is not; it may hold a password.)
auto is_shown(std::string_view keyword, std::string_view value) -> bool;

/// libpq's message about a failed connection with these parameters, on one line and without its guesses. Values of
/// other parameters that it quotes are hidden.
auto shown_message(PGconn*, const dsn_parameters& given = {}) -> std::string;

}  // namespace annals::libpq
