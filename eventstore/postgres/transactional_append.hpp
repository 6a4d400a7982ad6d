// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/append.hpp>

namespace pqxx {
class transaction_base;
}  // namespace pqxx

namespace annals::eventstore::postgres {

/// Appends within the caller's own transaction on the log's database, together with what else it writes there: all of
/// it is there after the commit, or nothing. Nothing is durable before. Do it last: from here to the end of the
/// transaction nobody else appends to the logs that were written or checked, and two transactions that append twice in
/// opposite order deadlock. A category that does not exist is created with `default_partitions`.
///
/// Waits for logs that others hold, as long as the transaction's `lock_timeout` allows. Needs READ COMMITTED (SQLSTATE
/// 25001 otherwise) and the session's `client_encoding` UTF8; `synchronous_commit = off` is turned on for the
/// transaction. Throws `invalid_request` before anything happened, otherwise what libpqxx throws, and then the
/// transaction is void.
/// A rejection is a value and leaves the transaction usable, with nothing appended.
auto append(pqxx::transaction_base&, const append_request&, int default_partitions = 8) -> append_result;

}  // namespace annals::eventstore::postgres
