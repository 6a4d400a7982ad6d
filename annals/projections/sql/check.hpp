// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <annals/projections/sql/sql_file.hpp>

#include <pqxx/pqxx>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annals::projections {

/// A row that only one way of cutting the batches gives, as PostgreSQL writes it: `(blood,3)`.
struct difference {
    std::string table;                       ///< as written in a query
    std::string one_by_one;                  ///< a row that only single events gave; may be empty
    std::string at_once;                     ///< a row that only the whole batch gave; may be empty
};

auto to_string(const difference&) -> std::string;

/// Tries an SQL projection and undoes everything. Creates it in two scratch schemas, applies the events one by one in
/// the first and together in one batch in the second, compares all rows of all tables, and rolls back. A difference
/// means that the rows would depend on where batches happen to be cut.
/// Throws `bad_file` when the server refuses the file; `invalid_request`, naming the event, when one cannot be
/// applied.
auto check(pqxx::connection&, const sql_file&, std::span<const eventstore::recorded_event> sample)
    -> std::optional<difference>;

/// A type that a block names and that no event of a sample has: it may be mistyped, or rare.
struct unseen_type {
    std::string name;                        ///< or pattern
    int line = 0;                            ///< of the file
};

auto unseen_types(const sql_file&, std::span<const eventstore::recorded_event> sample) -> std::vector<unseen_type>;

/// The first and the last events of every log of the categories that exist, about as many as asked for. Those of one
/// log are in their order.
auto sample_of(eventstore::store&, const std::vector<std::string>& categories, std::size_t events)
    -> std::vector<eventstore::recorded_event>;

}  // namespace annals::projections
