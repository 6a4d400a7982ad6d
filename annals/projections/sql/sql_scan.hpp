// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace annals::projections {

/// Whether there is anything but blanks, comments and semicolons.
auto has_statement(std::string_view sql) -> bool;

/// The numbers, from 1, of lines that begin inside quotes or inside a comment between /* and */. One that is not closed
/// hides nothing.
auto lines_inside(std::string_view sql) -> std::set<int>;

/// A statement's place in a text, without blanks and comments around it and without its semicolon.
struct statement {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool is_command = false;  ///< a whole SQL statement; those of PL/pgSQL may be cut in pieces
};

/// The text between semicolons.
auto statements_of(std::string_view sql) -> std::vector<statement>;

struct found_word {
    std::string_view word;
    std::size_t place = 0;
};

/// Where these words stand outside comments and quotes, in the order of the text. They are given in small letters; one
/// that ends with `(` is a function that is called.
auto words_in(std::string_view sql, std::span<const std::string_view> words) -> std::vector<found_word>;

/// The number, from 1, of the line that this place of the text is in.
auto line_of(std::string_view sql, std::size_t place) -> int;

/// The statements, closed by a semicolon even where the author left the last one out.
auto closed_by_semicolon(std::string_view sql) -> std::string;

}  // namespace annals::projections
