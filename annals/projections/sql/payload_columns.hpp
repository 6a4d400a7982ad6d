// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace annals::projections {

/// What a member of payloads holds in all events that have it, and so the type of its column.
enum class column_kind { nothing, text, number, boolean, time, json };

/// A column for a member of payloads.
struct payload_column {
    std::string member;
    std::string name;                        ///< of the column: the member's, unless another column has that
    column_kind kind = column_kind::nothing;
    std::vector<std::string> types = {};     ///< of the events that have it
};

/// What the events of a sample hold.
struct payload_columns {
    std::vector<payload_column> columns;
    std::vector<std::string> types;          ///< of events, those without a member, too
    std::size_t left_out = 0;                ///< members for which there is no column
};

/// In the order in which types and members come. Not more than `columns_max` columns, and none for a member whose name
/// cannot be one: empty, longer than 63 bytes, or with control characters. `taken`: names of other columns. Throws
/// `invalid_request` for a payload that is no JSON object.
auto columns_of_payloads(std::span<const eventstore::recorded_event> sample, const std::vector<std::string>& taken,
                         std::size_t columns_max) -> payload_columns;

}  // namespace annals::projections
