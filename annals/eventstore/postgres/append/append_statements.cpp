// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/append_statements.hpp>

#include <annals/eventstore/postgres/event_columns.hpp>

namespace annals::eventstore::postgres::statements {

using namespace libpq;

const named append_event{"append_event", R"sql(
    insert into annals.events
        (position, version, recorded_at, id, log, schema_version, key, type, data, metadata, occurred_at)
    select coalesce(last.position, 0) + 1, stream.version + 1, greatest(clock_timestamp(), last.recorded_at),
           $4, $1, $6, $2, $5, $7, $8, $9
    from (select coalesce((select e.version from annals.events e where e.log = $1 and e.key = $2
                           order by e.version desc limit 1), 0) as version offset 0) stream
    left join lateral (select e.position, e.recorded_at from annals.events e where e.log = $1
                       order by e.position desc limit 1) last on true
    where (stream.version = $3 or $3 = -1 or ($3 = -2 and stream.version > 0)) and pg_try_advisory_xact_lock(4711, $1)
    returning version, position, recorded_at)sql"};

const named append_events{"append_events", R"sql(
    with inserted as (
        insert into annals.events
        (position, version, recorded_at, id, log, schema_version, key, type, data, metadata, occurred_at)
        select base.position + e.n, base.version + e.n, base.moment,
               e.id, $1, e.schema_version, $2, e.type, e.data, e.metadata, e.occurred_at
        from (select coalesce(last.position, 0) as position, stream.version,
                     greatest(clock_timestamp(), last.recorded_at) as moment
              from (select coalesce((select e.version from annals.events e where e.log = $1 and e.key = $2
                                     order by e.version desc limit 1), 0) as version offset 0) stream
              left join lateral (select e.position, e.recorded_at from annals.events e where e.log = $1
                                 order by e.position desc limit 1) last on true
              where (stream.version = $3 or $3 = -1 or ($3 = -2 and stream.version > 0))
                    and pg_try_advisory_xact_lock(4711, $1)
              offset 0) base,
             unnest($4, $5, $6, $7, $8, $9) with ordinality e(id, type, schema_version, data, metadata, occurred_at, n)
        returning version, position, recorded_at)
    select min(version), min(position), min(recorded_at) from inserted having count(*) > 0)sql"};

const named append_all{
    "append_all",
    "select verdict, version_before, first_position, last_position, check_failed, reused, culprit, differs "
    "from annals.append_many("
    "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"};

const named append_predicted_event{"append_predicted_event", R"sql(
    insert into annals.events
        (log, key, version, position, recorded_at, id, type, schema_version, data, metadata, occurred_at)
    select $1, $2, $3, $4, greatest(clock_timestamp(), $5), $7, $8, $9, $10, $11, $12
    where pg_try_advisory_xact_lock(4711, $1) and 'annals.events'::regclass::oid::bigint = $6
    returning recorded_at)sql"};

const named append_predicted{"append_predicted", R"sql(
    with inserted as (
        insert into annals.events
        (log, key, version, position, recorded_at, id, type, schema_version, data, metadata, occurred_at)
        select e.log, e.key, e.version, e.position, call.moment, e.id, e.type, e.schema_version, e.data, e.metadata,
               e.occurred_at
        from unnest($7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                 e(log, key, version, position, id, type, schema_version, data, metadata, occurred_at),
             (select greatest(clock_timestamp(), $5) as moment offset 0) call
        where (select bool_and(pg_try_advisory_xact_lock(4711, l.log)) from unnest($1) l(log))
              and 'annals.events'::regclass::oid::bigint = $6
              and not exists (select from unnest($2, $3, $4) stream(log, key, version)
                              where not exists (select from annals.events e
                                                where e.log = stream.log and e.key = stream.key
                                                      and e.version = stream.version offset 0))
        returning recorded_at)
    select min(recorded_at) from inserted having count(*) > 0)sql"};

const char* const find_ends = R"sql(
    select asked.log, e.position, e.recorded_at
    from unnest($1) asked(log),
         lateral (select e.position, e.recorded_at from annals.events e where e.log = asked.log
                  order by e.position desc limit 1) e)sql";

const char* const confirm_when_durable =
    "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";

const char* const this_backend = "select pid, backend_start, 'annals.events'::regclass::oid::bigint "
                                 "from pg_stat_activity where pid = pg_backend_pid()";

const char* const wait_for_log = "select pg_advisory_xact_lock($1, $2)";

const char* const end_backend =
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid = $1 and backend_start = $2";

auto parameters_of(const routed_append& what) -> parameters
{
    const auto& part = what.request.streams.front();
    parameters values;
    values.add(what.logs.front().number);
    values.add(part.stream.key);
    values.add(expected_number(part.expected));
    if (part.events.size() == 1) {
        add_event(values, part.events.front());
    } else {
        event_columns events;
        for (const auto& event : part.events) events.add(event);
        std::move(events).move_to(values);
    }
    return values;
}

auto appended_by(const routed_append& what, const result& row) -> append_result
{
    const auto& part = what.request.streams.front();
    const auto more = static_cast<std::int64_t>(part.events.size()) - 1;
    const auto version = row.get<std::int64_t>(0, 0);
    const auto position = row.get<std::int64_t>(0, 1);
    return appended{.streams = {{.stream = part.stream,
                                 .first_version = {version},
                                 .last_version = {version + more},
                                 .log = {part.stream.category, what.logs.front().partition},
                                 .first_position = {position},
                                 .last_position = {position + more}}}};
}

auto columns_of(const result& row) -> call_columns
{
    return {.verdict = row.list<std::int32_t>(0, 0),
            .version_before = row.list<std::int64_t>(0, 1),
            .first_position = row.list<std::int64_t>(0, 2),
            .last_position = row.list<std::int64_t>(0, 3),
            .check_failed = row.list<bool>(0, 4),
            .reused = row.list<uuid>(0, 5),
            .culprit = row.list<std::int32_t>(0, 6),
            .differs = row.list<std::string>(0, 7)};
}

}  // namespace annals::eventstore::postgres::statements
