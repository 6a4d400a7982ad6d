// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/projections/find.hpp>
#include <annals/queries/database.hpp>

#include <optional>
#include <string_view>

namespace annals::queries {

/// A view's state for a key; nothing when there is none.
/// Throws `eventstore::unavailable`, or `eventstore::mismatch` as `projections::find` does.
template <class View>
[[nodiscard]] auto find(database& from, std::string_view key) -> std::optional<View>
{
    return from.read([&](pqxx::transaction_base& read) { return projections::find<View>(read, key); });
}

/// The same after the view has applied everything up to the token. Throws as `database::wait_for` does.
template <class View>
[[nodiscard]] auto find(database& from, std::string_view key, const eventstore::after_token& after)
    -> std::optional<View>
{
    from.wait_for(projections::id_of<View>(), after);
    return find<View>(from, key);
}

}  // namespace annals::queries
