// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/append/append_call.hpp>
#include <annals/libpq/result.hpp>

/// The statements of an append session.
namespace annals::eventstore::postgres::statements {

struct named {
    const char* name;
    const char* sql;
};

/// One event for one stream, in one statement. Its snapshot may be older than the lock, so the unique indexes decide.
/// On a unique_violation or no row, use the general call.
extern const named append_event;
/// The same for several events of one stream.
extern const named append_events;
/// What a `predicted_call` sends: one event, or any number of them. No row: a log is locked, a stream is shorter than
/// expected, or the table was replaced. A unique_violation: another writer came first.
extern const named append_predicted_event;
extern const named append_predicted;
/// `annals.append_many`.
extern const named append_all;

extern const char* const find_ends;          ///< of logs: the last position of each, and when it was written
extern const char* const confirm_when_durable;    ///< whatever the server's default is
extern const char* const this_backend;  ///< pid, start, and the events' table (its oid changes when it is recreated)
extern const char* const wait_for_log;  ///< class and log of its lock, until the end of the transaction
extern const char* const end_backend;  ///< ends that backend and waits for it; no row: it is gone

/// For `append_event` and `append_events`; the request has one stream.
auto parameters_of(const routed_append&) -> libpq::parameters;
auto appended_by(const routed_append&, const libpq::result&) -> append_result;

/// For `append_all`.
auto columns_of(const libpq::result&) -> call_columns;

}  // namespace annals::eventstore::postgres::statements
