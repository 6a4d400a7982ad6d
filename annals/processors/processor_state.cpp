// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/processor_state.hpp>

#include <annals/eventstore/json.hpp>
#include <annals/processors/checkpoint.hpp>

namespace annals::processors {
namespace {

using namespace std::chrono_literals;
using eventstore::timestamp;

constexpr auto select_states = R"(
    select coalesce(s.state, 'running'), coalesce(s.reason, ''), l.category, l.partition, s.at_position,
           exists (select from annals.parked_keys k
                   where k.processor = n.name and k.version = n.version and k.request is not null)
    from unnest($1::text[], $2::int[], $3::bigint[]) with ordinality n(name, version, registration, at)
    left join annals.processor_states s
         on s.processor = n.name and s.version = n.version
            and (n.registration = 0 or s.registration is null or s.registration = n.registration)
    left join annals.logs l on l.log = s.at_log
    order by n.at)";

constexpr auto upsert_state = R"(
    insert into annals.processor_states as s
        (processor, version, state, reason, at_log, at_position, updated_at, registration)
    values ($1, $2, $3, $4,
            (select log from annals.logs where tenant = '' and category = $5 and partition = $6), $7, clock_timestamp(),
            coalesce(nullif($8::bigint, 0),
                     (select registration from annals.projections where name = $1 and version = $2)))
    on conflict (processor, version) do update
    set state = excluded.state, reason = excluded.reason, at_log = excluded.at_log, at_position = excluded.at_position,
        updated_at = excluded.updated_at, registration = excluded.registration
    where s.registration is null or s.registration = excluded.registration)";

constexpr auto upsert_failures = R"(
    insert into annals.processor_failures (processor, version, process, failures, reason, since, failed_at)
    values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1e6), to_timestamp($7::float8 / 1e6))
    on conflict (processor, version, process) do update
    set failures = excluded.failures, reason = excluded.reason, since = excluded.since,
        failed_at = excluded.failed_at)";

constexpr auto delete_failures = R"(
    delete from annals.processor_failures f
    where f.processor = $1 and f.version = $2
      and (f.process = $3
           or not exists (select from annals.lease_members m
                          where m.process = f.process and m.seen_at > clock_timestamp() - interval '10 s')))";

constexpr auto select_activities = R"(
    select processor, version, array_to_json(categories)::text, state, reason, coalesce(failures, 0),
           (extract(epoch from since) * 1000000)::bigint, processes,
           coalesce(category || '/' || partition || '@' || "position", ''), registration, parked_keys, parked_events
    from annals.processor_activity())";

/// How long attempts may fail before someone should look at it.
constexpr auto passes_within = 10s;

auto microseconds(timestamp at) -> std::int64_t { return at.time_since_epoch().count(); }

auto activity_of(std::string_view text) -> activity
{
    if (text == "paused") return activity::paused;
    return text == "stopped" ? activity::stopped : activity::running;
}

}  // namespace

auto to_string(activity value) -> std::string
{
    switch (value) {
        case activity::running: return "running";
        case activity::paused: return "paused";
        case activity::stopped: return "stopped";
    }
    return {};
}

auto read_states(pqxx::transaction_base& tx, std::span<const processor_id> processors) -> std::vector<processor_state>
{
    std::vector<std::string> names;
    std::vector<int> versions;
    std::vector<std::int64_t> registrations;
    for (const auto& one : processors) {
        names.push_back(one.name);
        versions.push_back(one.version);
        registrations.push_back(one.registration);
    }
    std::vector<processor_state> states;
    for (const auto& row : tx.exec(select_states, pqxx::params{names, versions, registrations})) {
        auto& state = states.emplace_back();
        state.is = activity_of(row[0].view());
        state.reason = row[1].as<std::string>();
        if (!row[2].is_null()) state.log = {row[2].as<std::string>(), row[3].as<int>()};
        if (!row[4].is_null()) state.position = eventstore::log_position{row[4].as<std::int64_t>()};
        state.has_requests = row[5].as<bool>();
    }
    return states;
}

auto read_state(pqxx::transaction_base& tx, const processor_id& processor) -> processor_state
{
    return read_states(tx, {&processor, 1}).at(0);
}

void write_state(pqxx::transaction_base& tx, const processor_id& processor, const processor_state& state)
{
    std::optional<std::string> category;
    std::optional<int> partition;
    std::optional<std::int64_t> position;
    if (state.log) category = state.log->category, partition = state.log->partition;
    if (state.position) position = state.position->number;
    try {
        const auto written =
            tx.exec(upsert_state, pqxx::params{processor.name, processor.version, to_string(state.is), state.reason,
                                               category, partition, position, processor.registration});
        if (written.affected_rows() == 1) return;
    } catch (const pqxx::foreign_key_violation&) {
        // removed, and not registered again yet
    }
    throw replaced(processor);
}

void write_attempts(pqxx::transaction_base& tx, const processor_id& processor, const std::string& process,
                    const failed_attempts& found)
{
    if (found.failures == 0) tx.exec(delete_failures, pqxx::params{processor.name, processor.version, process});
    else
        tx.exec(upsert_failures, pqxx::params{processor.name, processor.version, process, found.failures, found.reason,
                                              microseconds(found.since), microseconds(found.failed_at)});
}

auto processor_activity::has_lasted(timestamp now) const -> bool
{
    return state == "retrying" && since && now - *since > passes_within;
}

auto read_activities(pqxx::transaction_base& tx) -> std::vector<processor_activity>
{
    std::vector<processor_activity> all;
    for (const auto& row : tx.exec(select_activities)) {
        auto& one = all.emplace_back();
        one.processor = {row[0].as<std::string>(), row[1].as<int>(), row[9].as<std::int64_t>()};
        one.categories = eventstore::json::parse(row[2].as<std::string>());
        one.state = row[3].as<std::string>();
        one.reason = row[4].as<std::string>();
        one.failures = row[5].as<std::int64_t>();
        if (!row[6].is_null()) one.since = timestamp{std::chrono::microseconds{row[6].as<std::int64_t>()}};
        one.processes = row[7].as<std::int64_t>();
        one.place = row[8].as<std::string>();
        one.parked_keys = row[10].as<std::int64_t>();
        one.parked_events = row[11].as<std::int64_t>();
    }
    return all;
}

void pause(pqxx::transaction_base& tx, const processor_id& processor, const std::string& reason)
{
    write_state(tx, processor, {.is = activity::paused, .reason = reason});
}

void resume(pqxx::transaction_base& tx, const processor_id& processor) { write_state(tx, processor, {}); }

}  // namespace annals::processors
