// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <cstdint>
#include <string>
#include <vector>

/// What of two tables of the same name can be compared.
namespace annals::projections::rebuild {

/// A column that both tables have with the same type.
struct paired_column {
    enum class comparing {
        values,                              ///< the type's `=` tells equal values
        texts,                               ///< a type of PostgreSQL without such an operator
        outputs                              ///< another type; its casts may be its author's
    };

    std::string name;
    comparing by = comparing::values;
    std::string base_type;                   ///< of a domain whose values are compared; otherwise empty
    bool has_collation = false;
    bool is_json = false;                    ///< its text is JSON
};

/// Columns that are unique in at least one of two tables, or in a table behind one of two views.
struct key_candidate {
    std::vector<std::string> columns;
    bool is_primary = false;                 ///< of one of them
    bool is_proven_in_old = false, is_proven_in_new = false;  ///< the server keeps them unique and not null
};

struct relation_pair {
    std::string name;
    std::int64_t old_id = 0, new_id = 0;     ///< 0: it is not there
};

struct column_pairs {
    std::vector<paired_column> both;
    std::vector<std::string> only_old, only_new;  ///< one that changed its type is in both
};

/// By name; a partition belongs to its table. `kinds`: of pg_class, as an array.
auto relations_of(pqxx::transaction_base&, const std::string& old_schema, const std::string& new_schema,
                  const std::string& kinds) -> std::vector<relation_pair>;

/// In the order of the old table.
auto columns_of(pqxx::transaction_base&, const relation_pair&) -> column_pairs;

/// The best first.
auto key_candidates(pqxx::transaction_base&, const relation_pair&) -> std::vector<key_candidate>;

}  // namespace annals::projections::rebuild
