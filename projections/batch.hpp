// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/event.hpp>

#include <pqxx/pqxx>

#include <span>

/// The temporary table `batch`, from which the statements of SQL projections read.
namespace annals::projections::batch {

/// Creates the table where the session has none. Every role may read it; it is empty again after each transaction.
void create(pqxx::transaction_base&);

/// The same, and prepares the statements that `fill` uses. Outside any transaction.
void prepare(pqxx::connection&);

using events = std::span<const eventstore::recorded_event* const>;

/// Makes these the rows of the table, whatever was there before. One round trip.
/// Throws `pqxx::sql_error` when a payload is not one that `jsonb` can hold.
void fill(pqxx::transaction_base&, events);

}  // namespace annals::projections::batch
