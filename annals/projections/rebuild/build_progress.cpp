// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/build_progress.hpp>

#include <algorithm>

namespace annals::projections::rebuild {

auto progress_of(pqxx::connection& model, eventstore::store& store, const registry::entry& of) -> build_progress
{
    build_progress now;
    for (const auto& category : of.categories) {
        if (!store.find_category(category)) continue;
        for (const auto& head : store.heads(category)) now.total += head.number;
    }
    pqxx::nontransaction tx(model);
    now.applied = tx.query_value<std::int64_t>(
        "select coalesce(sum(position), 0)::bigint from annals.checkpoints where processor = $1 and version = $2",
        pqxx::params{of.id.name, of.id.version});
    now.total = std::max(now.total, now.applied);
    return now;
}

}  // namespace annals::projections::rebuild
