// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

#include <pqxx/pqxx>

#include <span>

/// The temporary table `batch`, from which the statements of SQL projections read.
namespace annals::projections::batch {

/// Creates the table unless the session has it. Every role may read it; it is empty again after each transaction.
void create(pqxx::transaction_base&);

/// The same, and prepares the statements that `fill` uses. Outside any transaction.
void prepare(pqxx::connection&);

using events = std::span<const eventstore::recorded_event* const>;

/// Replaces the rows of the table by these events. One round trip.
/// Throws `pqxx::sql_error` when `jsonb` cannot hold a payload.
void fill(pqxx::transaction_base&, events);

/// After this many fills in one transaction, `empty` pays: rows that were replaced stay in the table to its end, and
/// are read past.
inline constexpr std::size_t fills_max = 200;
void empty(pqxx::transaction_base&);

}  // namespace annals::projections::batch
