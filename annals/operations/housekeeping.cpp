// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/housekeeping.hpp>

#include <annals/libpq/connection.hpp>
#include <annals/operations/regularly.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/registry.hpp>
#include <annals/telemetry/log.hpp>

namespace annals::operations {
namespace {

using libpq::connection, libpq::parameters;

constexpr auto purge_every = std::chrono::hours{1};
constexpr auto try_again_after = std::chrono::minutes{1};

constexpr auto purge = "select annals.purge_idempotency_keys(make_interval(days => $1))";
constexpr auto may_see_keys = "select has_table_privilege('annals.idempotency_keys', 'select')";
constexpr auto select_too_old =
    "select coalesce((select k.recorded_at from annals.idempotency_keys k "
    "order by k.recorded_at limit 1) < clock_timestamp() - make_interval(days => $1), false)";

auto in_days(std::chrono::days age) -> parameters { return parameters::of(static_cast<std::int32_t>(age.count())); }

void delete_old_keys(const house& of)
{
    const auto deleted =
        connection(of.log_dsn, "housekeeping").query(purge, in_days(of.keys_kept)).get<std::int64_t>(0, 0);
    if (deleted > 0)
        telemetry::log(telemetry::level::info, "idempotency keys were deleted",
                       {{"keys", std::to_string(deleted)}, {"older_than_days", std::to_string(of.keys_kept.count())}});
}

void drop_old_versions(const house& of)
{
    if (of.model_dsn.empty()) return;
    auto model = processors::open_model_connection(of.model_dsn, "housekeeping");
    try {
        for (const auto& id : projections::registry::remove_expired(model))
            telemetry::log(telemetry::level::info, "a version that was live before is dropped",
                           {{"projection", id.name}, {"version", id.version}});
    } catch (const pqxx::insufficient_privilege&) {
        // `annals doctor` tells an owner.
    }
}

}  // namespace

void keep_house(const house& of, const std::stop_token& stop)
{
    regularly("what is too old cannot be deleted", {purge_every, try_again_after}, stop, [&] {
        delete_old_keys(of);
        drop_old_versions(of);
    });
}

auto has_forgotten_keys(libpq::connection& log, std::chrono::days kept) -> bool
{
    return log.query(may_see_keys).get<bool>(0, 0)
           && log.query(select_too_old, in_days(kept + std::chrono::days{1})).get<bool>(0, 0);
}

}  // namespace annals::operations
