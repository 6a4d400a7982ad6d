// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace annals::projections {

/// Whether there is anything but blanks, comments and semicolons.
auto has_statement(std::string_view sql) -> bool;

/// A statement's place in a text, without blanks and comments around it and without its semicolon.
struct statement {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool is_command = false;                 ///< a whole SQL statement; those of PL/pgSQL may be cut in pieces
};

/// The text between semicolons.
auto statements_of(std::string_view sql) -> std::vector<statement>;

/// The statements, closed by a semicolon even where the author left the last one out.
auto closed_by_semicolon(std::string_view sql) -> std::string;

}  // namespace annals::projections
