// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/version_comparison.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/reading_role.hpp>
#include <annals/projections/rebuild/meeting.hpp>

#include <algorithm>

namespace annals::projections::rebuild {
namespace {

using snapshot = pqxx::transaction<pqxx::isolation_level::repeatable_read, pqxx::write_policy::read_only>;

constexpr int attempts = 3;

/// Views of the projection's author run in it.
void read_only_as_reader(pqxx::transaction_base& tx)
{
    tx.exec("set local search_path = pg_catalog, pg_temp; set local statement_timeout = 0");
    tx.exec(take_reading_role);
}

[[noreturn]] void refuse(const version_pair& of, meeting::outcome how)
{
    const auto live = "the live " + to_string(of.live.id), built = to_string(of.built.id);
    const auto without = "; a rebuild with --no-compare does not compare";
    if (how == meeting::outcome::live_is_behind)
        throw eventstore::error(
            live + " is behind " + built + " and does not come on: `annals projections list` says why" + without, true);
    if (how == meeting::outcome::live_is_busy)
        throw eventstore::error("a batch of " + live + " takes long; try again" + without, true);
    throw eventstore::error(built + " is behind " + live + ": `annals projections rebuild` goes on with it", true);
}

}  // namespace

auto compare_versions(const std::string& model_dsn, const version_pair& of, std::size_t differences_max,
                      const std::function<void(const std::string& table)>& before) -> comparison
{
    auto connection = processors::open_model_connection(model_dsn, "comparison");
    meeting both(model_dsn, of.live.id, of.built.id);
    auto how = meeting::outcome::built_is_behind;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        how = both.at_the_same();
        if (how != meeting::outcome::together) continue;
        snapshot tx(connection);
        const auto now = positions_of(tx, of.live.id, of.built.id);
        both.release();
        if (!std::ranges::all_of(now, [](const auto& at) { return at.live == at.built; })) continue;
        read_only_as_reader(tx);
        return compare(tx,
                       {.old_schema = schema_of(of.live.id),
                        .new_schema = schema_of(of.built.id),
                        .which = of.is_copy() ? which_tables::all : which_tables::shown,
                        .differences_max = differences_max},
                       before);
    }
    refuse(of, how);
}

}  // namespace annals::projections::rebuild
