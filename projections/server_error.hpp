// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <projections/definition.hpp>

#include <pqxx/except>

#include <string>

/// The server's complaints about an author's SQL, brought back to the file in which it stands.
namespace annals::projections {

/// What the server was doing when it complained.
enum class server_step { creating, declaring_block, running_block };

/// Throws `bad_file`: the line of `sql` that the server means, as far as it says so, and its words.
[[noreturn]] void report(const pqxx::sql_error&, server_step, const std::string& file, const sql_text& sql);

/// The line of a block, from 1, in whose statement the server failed; less where it does not say so.
auto line_in_block(const pqxx::sql_error&) -> int;

/// The server's message without severity, position and context, but with its detail and hint.
auto words_of(const pqxx::sql_error&) -> std::string;

}  // namespace annals::projections
