// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace annals::projections {

/// Whether there is anything but blanks, comments and semicolons.
auto has_statement(std::string_view sql) -> bool;

/// The statements, closed by a semicolon even where the author left the last one out.
auto closed_by_semicolon(std::string_view sql) -> std::string;

}  // namespace annals::projections
