// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/append_call.hpp>
#include <eventstore/postgres/result.hpp>

/// What an append session sends.
namespace annals::eventstore::postgres::statements {

struct named {
    const char* name;
    const char* sql;
};

/// One event for one stream, in one statement. Its snapshot may be older than the lock, so the unique indexes decide:
/// a unique_violation or no row says that the general call has to find out.
extern const named append_event;
/// The same for several events of one stream.
extern const named append_events;
/// What a `known_call` sends: one event, or any number of them. No row: a log is held, a stream is shorter than was
/// thought, or the table is not the one that was known; a unique_violation says that somebody else was there first.
extern const named append_known_event;
extern const named append_known;
/// `annals.append_many`.
extern const named append_all;

extern const char* const find_ends;          ///< of logs: the last position of each, and when it was written
extern const char* const confirm_when_durable;    ///< whatever the server's default is
extern const char* const this_backend;  ///< pid and start; the events' table, another one when it was made again
extern const char* const wait_for_log;  ///< class and log of its lock, until the end of the transaction
extern const char* const end_backend;  ///< ends that backend and waits for it; no row: it is gone

/// For `append_event` and `append_events`; the request has one stream.
auto parameters_of(const addressed_request&) -> parameters;
auto appended_by(const addressed_request&, const result&) -> append_result;

/// For `append_all`.
auto columns_of(const result&) -> call_columns;

}  // namespace annals::eventstore::postgres::statements
