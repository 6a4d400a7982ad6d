// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/view/folding.hpp>
#include <annals/projections/view/view_definition.hpp>
#include <annals/projections/view/view_rows.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace annals::projections {

/// A view's state for a key (the stream's key, unless the view has a `key` of its own), in the version that this
/// program knows. Nothing when no event of the view has been applied for the key. Does not wait.
/// Throws `mismatch` when that version is not registered in the database, or neither live nor kept beside the live one
/// (it waits for a rebuild, and its rows are not there yet), or when its rows do not fit the struct.
template <class View>
[[nodiscard]] auto find(pqxx::transaction_base& read, std::string_view key) -> std::optional<View>
{
    static_assert(detail::is_view<View>());
    const auto stored = view_rows(id_of<View>()).find(read, key);
    if (!stored) return std::nullopt;
    return decode_state<View>(*stored, std::string(key));
}

/// A row of a view: its state, and which event it was folded from last. `version` counts that event's stream: under a
/// view with a `key` of its own, rows have versions of several streams.
template <class View>
struct row {
    std::string key;
    View state;
    eventstore::stream_version version;
    eventstore::timestamp changed_at;  ///< when that event happened
};

/// The rows of a selection; all of them, in the order of their keys, if it says nothing else. Does not wait.
/// Throws `mismatch` as `find` does, and `invalid_request`, with PostgreSQL's words, for a selection that cannot be.
template <class View>
[[nodiscard]] auto find_all(pqxx::transaction_base& read, const row_selection& wanted = {}) -> std::vector<row<View>>
{
    static_assert(detail::is_view<View>());
    std::vector<row<View>> found;
    for (auto& [key, stored] : view_rows(id_of<View>()).select(read, columns_of<View>(), wanted)) {
        auto state = decode_state<View>(stored.state, key);
        found.push_back({std::move(key), std::move(state), stored.version, stored.changed_at});
    }
    return found;
}

}  // namespace annals::projections
