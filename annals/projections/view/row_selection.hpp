// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/view/sql_literal.hpp>

#include <pqxx/pqxx>

#include <cstdint>
#include <optional>
#include <string>

namespace annals::projections {

/// Which rows of a view, in which order, and how many. Conditions and orders are over the columns of `read.<view>`:
/// the fields, and `key`, `version` and `changed_at`.
///
///     {.where = "rides > $1 and city = $2", .parameters = {10, city}, .order_by = "rides desc", .limit = 20}
///
/// Only literals are accepted as SQL; values are parameters. Pages: for rows in the order of their keys, give the last
/// row's key in `after_key`. Then each row that is there all the time comes exactly once, however many come and go.
struct row_selection {
    sql_literal where = {};                      ///< empty: all rows
    pqxx::params parameters = {};                ///< $1, $2, … of `where` and `order_by`
    sql_literal order_by = {};                   ///< then, or when it is empty: by key, compared byte by byte
    std::optional<std::string> after_key = {};   ///< only rows behind this one in the order of keys
    std::optional<std::int64_t> limit = {};      ///< of rows; unset: all
    std::int64_t offset = 0;  ///< rows to pass over: with `order_by`, where there is no `after_key`
};

}  // namespace annals::projections
