// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace annals::libpq {

/// Shown to people in place of a password.
inline constexpr std::string_view hidden = "********";

/// A connection string (keywords or URI) as keywords, with secrets hidden.
auto shown_dsn(const std::string& dsn) -> std::string;

/// Where libpq connects when the connection string is empty: PG*, its service file and its defaults, without secrets.
auto shown_default_dsn() -> std::string;

}  // namespace annals::libpq
