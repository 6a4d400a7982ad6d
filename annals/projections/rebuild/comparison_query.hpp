// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/rebuild/table_pair.hpp>

#include <pqxx/pqxx>

#include <string>
#include <vector>

/// The statements that compare two tables. Each is one pass over both.
namespace annals::projections::rebuild {

struct compared_tables {
    std::string old_table, new_table;        ///< with their schemas, quoted
    std::vector<paired_column> columns;
    std::vector<paired_column> key;          ///< some of the columns; none: equal rows are counted
};

/// One boolean: whether these columns are unique and never null.
auto uniqueness_query(pqxx::transaction_base&, const std::string& table, const std::vector<paired_column>&)
    -> std::string;

/// `$1`: how many differences are wanted. Rows: the number of rows of the old table, of those missing, added and
/// changed; then a difference: `m`, `a` or `c`, its key, the old and the new columns as JSON, and how often.
/// Without a difference there is one row whose fields after the numbers are null.
auto comparison_query(pqxx::transaction_base&, const compared_tables&) -> std::string;

}  // namespace annals::projections::rebuild
