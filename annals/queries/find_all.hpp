// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/projections/find.hpp>
#include <annals/queries/database.hpp>

#include <vector>

namespace annals::queries {

using projections::row;
using projections::row_selection;

/// A view's rows: all of them in the order of their keys, or those of a selection.
///
///     for (const auto& [key, card, version, changed_at] : queries::find_all<customer_card>(read_models))
///     const auto most = queries::find_all<customer_card>(
///         read_models, {.where = "rides > $1", .parameters = {100}, .order_by = "rides desc", .limit = 20});
///
/// Throws `eventstore::unavailable`, `eventstore::mismatch` as `find` does, and `eventstore::invalid_request` for a
/// selection that cannot be.
template <class View>
[[nodiscard]] auto find_all(database& from, const row_selection& wanted = {}) -> std::vector<row<View>>
{
    return from.read([&](pqxx::transaction_base& read) { return projections::find_all<View>(read, wanted); });
}

/// The same after the view has applied everything up to the token. Throws as `database::wait_for` does, too.
template <class View>
[[nodiscard]] auto find_all(database& from, const row_selection& wanted, const eventstore::after_token& after)
    -> std::vector<row<View>>
{
    from.wait_for(projections::id_of<View>(), after);
    return find_all<View>(from, wanted);
}

}  // namespace annals::queries
