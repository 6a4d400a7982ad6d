// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/definition.hpp>

#include <pqxx/except>

#include <optional>
#include <string>
#include <vector>

/// The server's errors in an author's SQL, translated to lines of the file.
namespace annals::projections {

/// What the server was doing when the error came.
enum class server_step { creating, declaring_block, running_block };

/// Throws `bad_file`: the line of `sql` that the server names, if any, and its message.
[[noreturn]] void report(const pqxx::sql_error&, server_step, const std::string& file, const sql_text& sql);

/// The line of the file at which a block failed while it ran. Nothing when the server was not in one of these blocks.
auto line_of_failure(const pqxx::sql_error&, const std::vector<sql_text>& blocks) -> std::optional<int>;

/// The line, from 1, of a block's statement in which the server failed; below 1 when the server does not say.
auto line_in_block(const pqxx::sql_error&) -> int;

/// The server's message without severity, position and context, but with its detail and hint.
auto words_of(const pqxx::sql_error&) -> std::string;

}  // namespace annals::projections
