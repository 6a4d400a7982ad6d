// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/confined_schema.hpp>
#include <annals/projections/definition.hpp>

#include <pqxx/pqxx>

#include <chrono>
#include <optional>
#include <string>

/// Where the time of a trial goes, as the server measures it.
namespace annals::projections {

struct statement_time {
    int line = 0;                            ///< of the file
    std::chrono::microseconds took{};        ///< all its calls together, with the time to explain it
    std::string plan;  ///< EXPLAIN (ANALYZE, BUFFERS) of its longest call; empty where it has none
    bool is_block = false;  ///< a block whose statements could not be watched one by one
};

enum class watched { statements, blocks };

/// From now on the blocks of a trial note how long they take. Their statements do the same as before, but run within
/// EXPLAIN, so that PL/pgSQL's FOUND and ROW_COUNT would be others: blocks with these words, and those that the server
/// then refuses, are watched as a whole.
void watch(pqxx::dbtransaction&, const definition&, const confined_schema& trial, watched);

/// What took longest since. Nothing when no block ran to its end.
auto find_slowest(pqxx::transaction_base&, const definition&, const confined_schema& trial)
    -> std::optional<statement_time>;

}  // namespace annals::projections
