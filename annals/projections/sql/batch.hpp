// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

#include <pqxx/pqxx>

#include <span>
#include <string>
#include <vector>

/// The temporary view `batch`, from which the statements of SQL projections read (`annals.apply_blocks`).
namespace annals::projections::batch {

/// Creates it unless the session has it. Every role may read it.
void create(pqxx::transaction_base&);

/// The same, and prepares the statement of `apply`. Outside any transaction.
void prepare(pqxx::connection&);

using events = std::vector<const eventstore::recorded_event*>;

/// A function of a projection, and the events that it sees. Calls that follow one another with the same events are
/// cheaper.
struct call {
    std::string function;
    const events* sees = nullptr;
};

/// Calls the functions in this order, each with its events in `batch`. One round trip.
/// Throws `pqxx::sql_error`, also when `jsonb` cannot hold a payload.
void apply(pqxx::transaction_base&, std::span<const call>);

}  // namespace annals::projections::batch
