// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_snapshots.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/log_directory.hpp>
#include <annals/libpq/session_pool.hpp>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

constexpr auto schema_of_snapshots =
    "select from pg_namespace where to_regclass('annals.snapshots') is not null limit 1";

constexpr auto select_snapshot = R"sql(
    select s.version, s.last_event, s.state from annals.snapshots s
    where s.log = $1 and s.key = $2 and s.state_schema = $3)sql";

/// One row per statement, so each statement holds one lock: they cannot deadlock, neither with each other nor with a
/// `delete` of many rows.
constexpr auto keep_snapshot = R"sql(
    insert into annals.snapshots as s (log, key, state_schema, version, last_event, state)
    select $1, $2, $3, $4, $5, $6 from set_config('synchronous_commit', 'off', true)
    on conflict (log, key, state_schema) do update
    set version = excluded.version, last_event = excluded.last_event, state = excluded.state,
        taken_at = excluded.taken_at
    where s.version <= excluded.version)sql";

class postgres_snapshots final : public snapshots {
public:
    postgres_snapshots(const std::string& dsn, std::chrono::milliseconds patience) : sessions_(dsn, patience) {}

    auto find(const stream_id& stream, std::string_view state_schema) -> std::optional<snapshot> override
    {
        const auto log = log_of(stream);
        if (!log) return {};
        const auto rows = sessions_.query(select_snapshot, parameters::of(*log, stream.key, state_schema));
        if (rows.empty()) return {};
        return snapshot{.stream = stream,
                        .state_schema = std::string(state_schema),
                        .version = {rows.get<std::int64_t>(0, 0)},
                        .last_event = rows.get<uuid>(0, 1),
                        .state = rows.get<std::string>(0, 2)};
    }

    void keep(const snapshot& taken) override
    {
        const auto log = log_of(taken.stream);
        if (!log) return;                    // the stream does not exist
        auto row = parameters::of(*log, taken.stream.key, taken.state_schema, taken.version.number, taken.last_event);
        row.add_json(taken.state);
        sessions_.query(keep_snapshot, row);
    }

private:
    auto log_of(const stream_id& stream) -> std::optional<std::int32_t>
    {
        const auto category = logs_.find(stream.category);
        if (!category) return {};
        return category->log_of(stream.key).number;
    }

    session_pool sessions_;
    log_directory logs_{sessions_};
};

}  // namespace

auto open_snapshots(const std::string& dsn, std::chrono::milliseconds patience) -> std::unique_ptr<snapshots>
{
    connection session(dsn, "snapshots", {}, std::chrono::steady_clock::now() + patience);
    if (session.query(schema_of_snapshots).empty())
        throw mismatch("the database at " + session.server() + " has no annals.snapshots: run annals migrate");
    return std::make_unique<postgres_snapshots>(dsn, patience);
}

}  // namespace annals::eventstore::postgres
