// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <exception>
#include <string>

namespace pqxx {
class sql_error;
}  // namespace pqxx

namespace annals::processors {

/// The SQLSTATE of a refusal, also where libpqxx only gives it by the exception's type.
auto sqlstate_of(const pqxx::sql_error&) -> std::string;

/// What a program can tell the error by: the SQLSTATE where a server refused, otherwise empty.
auto error_code(const std::exception&) -> std::string;

/// Whether an event's own content caused an error, so that retrying does not help.
/// For errors of the server see `annals/libpq/sqlstate.hpp`. A lost connection, a retryable error, and a
/// process without memory or threads are not the event's fault; anything else that a processor throws is.
auto blames_event(const std::exception&) -> bool;

/// Whether a server cannot be reached: everything that needs it will fail.
auto is_outage(const std::exception&) -> bool;

/// Whether the session is lost, too; the server may still be reachable.
auto is_lost_session(const std::exception&) -> bool;

/// Whether the database ended the work for its time: a statement took too long or was cancelled (57014), or waited
/// too long for a lock (55P03). A smaller batch may succeed.
auto is_time_out(const std::exception&) -> bool;

/// An exception's message, on one line.
auto one_line(const std::exception&) -> std::string;

}  // namespace annals::processors
