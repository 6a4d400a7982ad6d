// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/append_statements.hpp>

namespace annals::eventstore::postgres::statements {

const named append_event{"append_event", R"sql(
    insert into annals.events
        (position, version, recorded_at, id, log, schema_version, key, type, data, metadata, occurred_at)
    select coalesce(last.position, 0) + 1, stream.version + 1, greatest(clock_timestamp(), last.recorded_at),
           $4, $1, $5, $2, $6, $7, $8, $9
    from (select coalesce((select e.version from annals.events e where e.log = $1 and e.key = $2
                           order by e.version desc limit 1), 0) as version offset 0) stream
    left join lateral (select e.position, e.recorded_at from annals.events e where e.log = $1
                       order by e.position desc limit 1) last on true
    where (stream.version = $3 or $3 = -1 or ($3 = -2 and stream.version > 0)) and pg_try_advisory_xact_lock(4711, $1)
    returning version, position)sql"};

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
             unnest($4, $5, $6, $7, $8, $9) with ordinality e(id, schema_version, type, data, metadata, occurred_at, n)
        returning version, position)
    select min(version), min(position) from inserted having count(*) > 0)sql"};

const named append_all{
    "append_all",
    "select verdict, version_before, first_position, last_position, check_failed, reused, culprit "
    "from annals.append_2($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"};

const char* const confirm_when_durable =
    "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";

const char* const this_backend = "select pid, backend_start from pg_stat_activity where pid = pg_backend_pid()";

const char* const wait_for_log = "select pg_advisory_xact_lock($1, $2)";

const char* const end_backend =
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid = $1 and backend_start = $2";

namespace {

void add_event(parameters& values, const new_event& event)
{
    values.add(event.id);
    values.add(static_cast<std::int16_t>(event.schema_version));
    values.add(event.type);
    values.add_json(event.data);
    values.add_json(event.metadata);
    values.add(event.occurred_at);
}

void add_events(parameters& values, const std::vector<new_event>& events)
{
    auto id = array::of<uuid>();
    auto schema_version = array::of<std::int16_t>();
    auto type = array::of<std::string_view>();
    array data{wire::json};
    array metadata{wire::json};
    auto occurred_at = array::of<timestamp>();
    for (const auto& event : events) {
        id.add(event.id);
        schema_version.add(static_cast<std::int16_t>(event.schema_version));
        type.add(std::string_view(event.type));
        data.add(std::string_view(event.data));
        metadata.add(std::string_view(event.metadata));
        occurred_at.add(event.occurred_at);
    }
    for (auto* column : {&id, &schema_version, &type, &data, &metadata, &occurred_at}) values.add(std::move(*column));
}

}  // namespace

auto parameters_of(const addressed_request& what) -> parameters
{
    const auto& part = what.request.streams.front();
    parameters values;
    values.add(what.logs.front().number);
    values.add(part.stream.key);
    values.add(expected_number(part.expected));
    if (part.events.size() == 1) add_event(values, part.events.front());
    else add_events(values, part.events);
    return values;
}

auto appended_by(const addressed_request& what, const result& row) -> append_result
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
            .culprit = row.list<std::int32_t>(0, 6)};
}

}  // namespace annals::eventstore::postgres::statements
