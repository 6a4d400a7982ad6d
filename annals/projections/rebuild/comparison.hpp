// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// A version of a read model that is built beside the live one: what differs, and how it takes the live one's place.
namespace annals::projections::rebuild {

/// A row that the two tables do not have in common.
struct row_difference {
    enum class difference_kind {
        missing,                             ///< only the old table has it
        added,                               ///< only the new one has it
        changed                              ///< both have its key, with other values
    };

    difference_kind kind;
    std::string key;                         ///< its columns and values, a JSON object; empty: rows have no key
    std::string in_old, in_new;              ///< the row, or for `changed` the columns that differ: a JSON object
    std::int64_t rows = 1;                   ///< how many are like this; more than one only when rows have no key
};

/// What a comparison of two tables, or of two views, showed.
struct table_comparison {
    std::string table;
    std::vector<std::string> key;            ///< columns; empty: rows have no key, and equal rows were counted
    std::vector<std::string> compared;       ///< columns that both have with the same type; those of the key too
    std::vector<std::string> only_old, only_new;  ///< the other columns; one that changed its type is in both
    std::int64_t rows_old = 0, rows_new = 0;
    std::int64_t missing = 0, added = 0, changed = 0;  ///< rows; `changed` is 0 when rows have no key
    std::vector<row_difference> first;       ///< the first differences, in the order of the key

    /// Whether all rows agree in the columns that were compared.
    auto has_equal_rows() const -> bool { return missing == 0 && added == 0 && changed == 0; }
    /// The same, and the tables have the same columns; their order does not count.
    auto equal() const -> bool { return has_equal_rows() && only_old.empty() && only_new.empty(); }
};

struct comparison {
    std::vector<table_comparison> tables;    ///< those that both schemas have, by name
    std::vector<std::string> only_old, only_new;  ///< the others, by name

    /// Whether both have the same tables with the same columns and rows.
    auto equal() const -> bool;
};

enum class which_tables {
    shown,  ///< what analysts see: tables and views whose names do not begin with `_`
    all  ///< all tables, hidden ones too, but no views
};

struct comparison_request {
    std::string old_schema, new_schema;  ///< names as they are, not quoted
    which_tables which = which_tables::all;
    std::size_t differences_max = 20;  ///< of each table, in `first`
};

/// Compares the tables of two schemas, row by row. Rows belong together when they have the same primary key, or the
/// same values in another set of columns that is unique in both; that of a view must be unique in a table behind it
/// and in its own rows. A table without such columns is compared by counting equal rows.
///
/// Values are equal when PostgreSQL says so: NaN is NaN, null is null, 1.0 is 1.00. Texts are compared byte by byte.
/// Types for which PostgreSQL has no such answer (json, xml, points, types of an extension or of the schema itself)
/// are compared as text. Partitions are not compared for themselves.
///
/// Each table is read once more for its number of rows; views are also read for their keys. Both schemas must stay as
/// they are: give a REPEATABLE READ transaction, with the search_path pg_catalog. Views run with the rights of the
/// transaction's user, so set a role that can only read. `before` is called with the name of each table. Throws
/// `pqxx::sql_error`.
auto compare(pqxx::transaction_base&, const comparison_request&,
             const std::function<void(const std::string& table)>& before = {}) -> comparison;

}  // namespace annals::projections::rebuild
