// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <string>
#include <vector>

/// What it would do to analysts when another version's tables are shown in the schema `read`.
namespace annals::projections::rebuild {

/// A view whose columns can only be changed by dropping it and creating it again.
struct replaced_view {
    std::string name;
    std::vector<std::string> reasons;        ///< "column total is bigint, was integer"
};

/// What uses a view that would be dropped, or uses something that does.
struct dependent {
    std::string name;                        ///< with its schema, as in a statement: `ward.daily`, `ward.n(integer)`
    std::string kind;                        ///< as PostgreSQL calls it: view, materialized view, function, …
    std::string on;                          ///< the name in `read`
    std::string owner;                       ///< a role; empty: it has none

    auto operator==(const dependent&) const -> bool = default;
};

struct shown_change {
    std::vector<std::string> kept;           ///< views that are replaced in place: what depends on them stays
    std::vector<replaced_view> replaced;
    std::vector<std::string> added, gone;
    std::vector<dependent> dependents;       ///< on views that are replaced or gone, by name; those of others too
};

/// `names`: what the live version shows now, and what the new one would show from its schema. A view is kept when its
/// columns stay as they are (name, type, collation, order), or new ones come behind them. A live name without a view
/// counts as not shown. Changes nothing; throws `pqxx::sql_error`.
auto find_shown_change(pqxx::transaction_base&, const std::vector<std::string>& live_names,
                       const std::vector<std::string>& new_names, const std::string& new_schema) -> shown_change;

/// What depends on these views in `read`.
auto dependents_of(pqxx::transaction_base&, const std::vector<std::string>& names) -> std::vector<dependent>;

/// The names of the views that a change drops, also those that it creates again.
auto dropped_names(const shown_change&) -> std::vector<std::string>;

}  // namespace annals::projections::rebuild
