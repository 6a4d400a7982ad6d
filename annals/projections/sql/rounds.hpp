// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>
#include <annals/projections/sql/sql_file.hpp>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace annals::projections {

/// One run of one block: the events that it sees, in the order given.
struct step {
    std::size_t block = 0;
    std::vector<const eventstore::recorded_event*> events;
};

/// Cuts batches into runs of blocks so that the rows do not depend on where the batches are cut.
///
/// per key: in rounds; round r holds each key's r-th run of events that match the same blocks, and within a round the
/// blocks run in file order. none: one round. strict: a round for each run of events that match the same blocks.
/// Events that match no block are left out. Remembers which blocks match a type.
class rounds {
public:
    explicit rounds(const sql_file& file) : order_(file.order), blocks_(file.blocks) {}

    /// The pointers point into `events`.
    auto cut(std::span<const eventstore::recorded_event> events) -> std::vector<step>;

private:
    using block_set = std::vector<std::size_t>;

    auto matching(const std::string& type) -> const block_set&;

    block_order order_;
    std::vector<sql_block> blocks_;
    std::map<std::string, block_set, std::less<>> matching_;   ///< by type; addresses stay
};

}  // namespace annals::projections
