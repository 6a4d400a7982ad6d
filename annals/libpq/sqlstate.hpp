// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace annals::libpq {

/// Why the server refused a statement, and so what can be done now.
enum class fault {
    passing,         ///< a passing state: the same may succeed later, unchanged
    content,         ///< of the values given: always refused
    surroundings     ///< of rights, schema, settings or this session: may succeed once that is corrected
};

/// The one place that judges SQLSTATEs (PostgreSQL, appendix A; the first two characters are the class).
///
/// passing: connection (08), rollback by the server (40), no room or memory (53), an operator or a time-out (57), the
/// server's own system (58), a lock that was not available (55P03), an object in use (55006), and a server that takes
/// no writes (25006: in recovery, or a standby before it takes over).
/// content: a case or a row that does not fit (20, 21), data (22), constraints (23), errors that an author's routines
/// and checks raise (38, 39, 44, P0), and values beyond the server's limits (54).
/// surroundings: everything else, such as rights (42501), a missing table (42P01), or a prepared statement that is
/// missing or exists already (26000, 42P05).
constexpr auto fault_of(std::string_view sqlstate) -> fault
{
    constexpr std::array<std::string_view, 8> passing{"08", "40", "53", "57", "58", "55P03", "55006", "25006"};
    constexpr std::array<std::string_view, 9> content{"20", "21", "22", "23", "38", "39", "44", "54", "P0"};
    const auto is_of = [&](std::string_view one) { return sqlstate.starts_with(one); };
    if (std::ranges::any_of(passing, is_of)) return fault::passing;
    return std::ranges::any_of(content, is_of) ? fault::content : fault::surroundings;
}

/// A lock was not to be had within `lock_timeout`, or at once.
inline constexpr std::string_view lock_not_available = "55P03";

/// The session is lost, too: a broken connection, or a server that was told to end it. libpq reports it like any
/// failed statement; the next statement would find no session.
constexpr auto ends_session(std::string_view sqlstate) -> bool
{
    return sqlstate.starts_with("08") || sqlstate.starts_with("57P");
}

/// The statement hit a time-out, its own or that for a lock (or an operator cancelled it): less work may succeed.
constexpr auto took_too_long(std::string_view sqlstate) -> bool
{
    return sqlstate == "57014" || sqlstate == lock_not_available;
}

}  // namespace annals::libpq
