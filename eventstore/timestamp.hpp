// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace annals::eventstore {

/// A moment in UTC, to the microsecond (as PostgreSQL keeps it).
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

auto now() -> timestamp;

/// RFC 3339 in UTC with six digits of a second: `2024-01-31T08:15:00.000000Z`.
auto to_string(timestamp) -> std::string;

/// Reads RFC 3339, also with a blank for the `T`, any offset, and any number of digits of a second (cut to six).
/// Throws `invalid_request`, also when there is no offset.
auto parse_timestamp(std::string_view text) -> timestamp;

}  // namespace annals::eventstore
