// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/json.hpp>
#include <annals/eventstore/stream.hpp>
#include <annals/eventstore/timestamp.hpp>
#include <annals/projections/definition.hpp>
#include <annals/projections/view/row_selection.hpp>

#include <pqxx/pqxx>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace annals::projections {

/// A view's state under one key, as it is stored.
struct view_row {
    std::string state;                       ///< JSON
    eventstore::stream_version version;      ///< of the last event that was folded, in its own stream
    eventstore::timestamp changed_at;        ///< when that event happened
};

/// One column of `read.<view>`: the field's name, and how to take it from the state.
struct view_column {
    std::string name;
    std::string type;                        ///< in SQL; `jsonb` for lists, maps and structs
};

/// The rows of one version of a view: `_rows (key, version, changed_at, state)` in the version's schema.
class view_rows {
public:
    explicit view_rows(const processors::processor_id& of) : of_(of), table_(schema_of(of) + "._rows") {}

    /// The states of the keys that have one, in one query.
    auto load(pqxx::transaction_base&, const std::vector<std::string>& keys) const
        -> std::map<std::string, std::string>;

    /// Writes rows in one statement, whether they were there or not.
    void store(pqxx::transaction_base&, const std::map<std::string, view_row>&) const;

    /// Throws `mismatch` when this version is not the live one of the database.
    auto find(pqxx::transaction_base&, std::string_view key) const -> std::optional<std::string>;

    /// The rows of a selection, with their keys. Throws `mismatch` as `find` does, and `invalid_request` for a
    /// selection that the database refuses, or whose parameters are too many or too few.
    auto select(pqxx::transaction_base&, const std::vector<view_column>&, const row_selection&) const
        -> std::vector<std::pair<std::string, view_row>>;

private:
    processors::processor_id of_;
    std::string table_;
};

/// Says why a version of a view must not be read: another one is live (or none), so its rows may be missing or old.
/// Throws `mismatch`.
[[noreturn]] void refuse_to_read(pqxx::transaction_base&, const processors::processor_id&);
/// Throws `mismatch` when this version is neither live nor kept beside the live one.
void check_live(pqxx::transaction_base&, const processors::processor_id&);

/// The table of the rows, and the view with typed columns that analysts see.
auto creation_of_view(const std::string& projection, const std::vector<view_column>&) -> std::string;

}  // namespace annals::projections
