// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/time_parts.hpp>

#include <string_view>

namespace annals::cli::imports {

/// Reads the unambiguous forms of a time (docs/guide/import.md lists them): ISO 8601 and RFC 3339 with common
/// variations (blanks, slashes, a comma, one-digit hours, am and pm, UTC, zones in brackets), and dates with the
/// English name of a month. The year comes first, or the month has a name. Nothing for any other text.
auto usual_time(std::string_view text) -> std::optional<time_parts>;

}  // namespace annals::cli::imports
