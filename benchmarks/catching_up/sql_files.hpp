// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace annals::benchmarks {

/// Projections of analysts: a name for people, what the head says about order, and the SQL.
struct analysts_file {
    const char* name;
    const char* order;
    const char* sql;

    auto text() const -> std::string
    {
        return std::string("-- projection: kept\n-- version: 1\n-- categories: sample\n") + order + sql;
    }
};

inline constexpr auto hourly_counts = R"(
create table hourly (hour timestamptz, type text, total bigint not null, primary key (hour, type));
-- apply: *
insert into hourly as h select date_trunc('hour', occurred_at), type, count(*) from batch group by 1, 2
on conflict (hour, type) do update set total = h.total + excluded.total;
)";

inline constexpr auto four_blocks = R"(
create table stations (key text primary key, patient text, received text, tested timestamptz, reported timestamptz);
-- apply: sample.created
insert into stations (key, patient) select key, data->>'patient_id' from batch;
-- apply: sample.received
update stations s set received = data->>'lab_id' from batch where s.key = batch.key;
-- apply: sample.tested
update stations s set tested = occurred_at from batch where s.key = batch.key;
-- apply: sample.reported
update stations s set reported = occurred_at from batch where s.key = batch.key;
)";

inline constexpr analysts_file sql_files[] = {
    {"hourly counts", "-- order: none\n", hourly_counts},
    {"hourly counts, one order", "", hourly_counts},
    {"a row an event", "-- order: none\n", R"(
create table journal (log text, position bigint, key text, type text, lab text, primary key (log, position));
-- apply: *
insert into journal select log, position, key, type, data->>'lab_id' from batch;
)"},
    {"a row a key", "-- parallel: key\n", R"(
create table latest (key text primary key, state text, patient text, events bigint not null);
-- apply: *
insert into latest as l
select distinct on (key) key, type, data->>'patient_id', version from batch order by key, version desc
on conflict (key) do update set state = excluded.state, events = excluded.events;
)"},
    {"four blocks, per key", "-- parallel: key\n", four_blocks},
    {"four blocks, strict", "-- order: strict\n", four_blocks},
    {"a recursive block", "-- parallel: key\n", R"(
create table chain (key text primary key, path text not null, version bigint not null);
-- apply: *
with recursive first as (select key, min(version) as version from batch group by key),
walk as (
    select b.key, b.version, coalesce(c.path || '>', '') || b.type as path
    from first join batch b using (key, version) left join chain c on c.key = b.key
    union all
    select b.key, b.version, w.path || '>' || b.type
    from walk w join batch b on b.key = w.key and b.version = w.version + 1)
insert into chain select distinct on (key) key, path, version from walk order by key, version desc
on conflict (key) do update set path = excluded.path, version = excluded.version;
)"},
};

}  // namespace annals::benchmarks
