// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/view/folding.hpp>
#include <annals/projections/view/view_definition.hpp>
#include <annals/projections/view/view_rows.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace annals::projections {

/// A view's state for a key (the stream's key, unless the view has a `key` of its own), in the version that this
/// program knows. Nothing when no event of the view has been applied for the key. Does not wait.
/// Throws `mismatch` when that version is not registered in the database or not the live one (it waits for a rebuild,
/// and its rows are not there yet), or when its rows do not fit the struct.
template <class View>
auto find(pqxx::transaction_base& read, std::string_view key) -> std::optional<View>
{
    static_assert(detail::is_view<View>());
    const auto stored = view_rows(id_of<View>()).find(read, key);
    if (!stored) return std::nullopt;
    return decode_state<View>(*stored, std::string(key));
}

}  // namespace annals::projections
