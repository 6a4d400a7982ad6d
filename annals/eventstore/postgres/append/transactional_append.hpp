// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/append.hpp>

namespace pqxx {
class transaction_base;
}  // namespace pqxx

namespace annals::eventstore::postgres {

/// Appends within the caller's own transaction on the log's database: the commit stores the events and the caller's
/// other changes together, or none of them. Nothing is durable before. Do it last: from here to the end of the
/// transaction nobody else can append to the logs that were written or checked. Two transactions that append twice in
/// opposite order deadlock. A category that does not exist is created with `default_partitions`.
///
/// Waits for logs that others hold, as long as the transaction's `lock_timeout` allows. Needs READ COMMITTED
/// (SQLSTATE 25001 otherwise) and the session's `client_encoding` UTF8. Where `synchronous_commit` is off, it is set
/// to on for the transaction. Throws `invalid_request` before anything happened, otherwise what libpqxx throws; after
/// that the transaction can only be rolled back.
/// A rejection is a value and leaves the transaction usable, with nothing appended.
[[nodiscard]] auto append(pqxx::transaction_base&, const append_request&, int default_partitions = 8) -> append_result;

}  // namespace annals::eventstore::postgres
