// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace annals::cli {

/// What a person sees instead of a password.
inline constexpr std::string_view hidden = "********";

/// A connection string (keywords or URI) as keywords, its secrets hidden.
auto dsn_without_secrets(const std::string& dsn) -> std::string;

/// What libpq connects to when the connection string is empty, from PG*, its service file and its defaults.
auto default_dsn_without_secrets() -> std::string;

/// Whether a librdkafka property holds a password, a key or a token.
auto is_secret_property(std::string_view name) -> bool;

}  // namespace annals::cli
