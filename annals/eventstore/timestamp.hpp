// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <chrono>
#include <string>
#include <string_view>

namespace annals::eventstore {

/// A moment in UTC, to the microsecond (as PostgreSQL keeps it).
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

auto now() -> timestamp;

/// Whether it can be written and read back: RFC 3339 has the years 0000 to 9999.
constexpr auto has_year_of_rfc3339(timestamp at) -> bool
{
    using namespace std::chrono;
    return at >= sys_days{year{0} / January / 1} && at < sys_days{year{10000} / January / 1};
}

/// RFC 3339 in UTC with six digits of a second: `2024-01-31T08:15:00.000000Z`.
auto to_string(timestamp) -> std::string;

/// Reads RFC 3339, also with a blank for the `T`, any offset, and any number of second digits (cut to six). Throws
/// `invalid_request`, also without an offset, or when the time is in UTC outside the years 0000 to 9999.
auto parse_timestamp(std::string_view text) -> timestamp;

}  // namespace annals::eventstore
