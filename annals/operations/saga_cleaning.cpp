// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/saga_cleaning.hpp>

#include <annals/operations/regularly.hpp>
#include <annals/telemetry/log.hpp>

namespace annals::operations {
namespace {

using libpq::parameters;

constexpr auto clean_every = std::chrono::minutes{5};
constexpr std::int64_t sagas_at_once = 1'000;

constexpr auto count_old = R"sql(
    select count(*) from annals.saga_states
    where completed_at < statement_timestamp() - $1::bigint * interval '1 ms' and ($2 = '' or saga_type = $2)
)sql";

constexpr auto remove_old = "select annals.remove_sagas($1::bigint * interval '1 ms', $2, $3)";
constexpr auto forget_requests = "select annals.forget_saga_requests()";

auto milliseconds(const old_sagas& of) -> std::int64_t { return of.over_for.count(); }

void clean(const std::string& log_dsn, std::chrono::days kept, const std::stop_token& stop)
{
    libpq::connection log(log_dsn, "housekeeping");
    log.query(forget_requests);
    if (kept.count() == 0) return;
    const auto removed = remove_old_sagas(log, {kept}, stop);
    if (removed > 0)
        telemetry::log(telemetry::level::info, "rows of sagas that are over were removed",
                       {{"sagas", removed}, {"older_than_days", static_cast<std::int64_t>(kept.count())}});
}

}  // namespace

auto count_old_sagas(libpq::connection& log, const old_sagas& of) -> std::int64_t
{
    return log.query(count_old, parameters::of(milliseconds(of), of.type)).get<std::int64_t>(0, 0);
}

auto remove_old_sagas(libpq::connection& log, const old_sagas& of, const std::stop_token& stop) -> std::int64_t
{
    std::int64_t all = 0;
    while (!stop.stop_requested()) {
        const auto removed =
            log.query(remove_old, parameters::of(milliseconds(of), of.type, sagas_at_once)).get<std::int64_t>(0, 0);
        all += removed;
        if (removed < sagas_at_once) break;
    }
    return all;
}

void keep_sagas(const std::string& log_dsn, std::chrono::days kept, const std::stop_token& stop)
{
    regularly("rows of old sagas cannot be removed", {clean_every, clean_every}, stop,
              [&] { clean(log_dsn, kept, stop); });
}

}  // namespace annals::operations
