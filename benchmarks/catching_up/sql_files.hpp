// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace annals::benchmarks {

/// Projections of analysts: a name for people, and a file.
struct analysts_file {
    const char* name;
    const char* text;
};

inline constexpr analysts_file sql_files[] = {
    {"hourly counts", R"(-- projection: hourly
-- version: 1
-- categories: sample
-- order: none
create table hourly (hour timestamptz, type text, total bigint not null, primary key (hour, type));
-- apply: *
insert into hourly as h select date_trunc('hour', occurred_at), type, count(*) from batch group by 1, 2
on conflict (hour, type) do update set total = h.total + excluded.total;
)"},
    {"hourly counts, one order", R"(-- projection: ordered
-- version: 1
-- categories: sample
create table ordered (hour timestamptz, type text, total bigint not null, primary key (hour, type));
-- apply: *
insert into ordered as h select date_trunc('hour', occurred_at), type, count(*) from batch group by 1, 2
on conflict (hour, type) do update set total = h.total + excluded.total;
)"},
    {"a row an event", R"(-- projection: journal
-- version: 1
-- categories: sample
-- order: none
create table journal (log text, position bigint, key text, type text, lab text, primary key (log, position));
-- apply: *
insert into journal select log, position, key, type, data->>'lab_id' from batch;
)"},
    {"a row a key", R"(-- projection: latest
-- version: 1
-- categories: sample
-- parallel: key
create table latest (key text primary key, state text, patient text, events bigint not null);
-- apply: *
insert into latest as l
select distinct on (key) key, type, data->>'patient_id', version from batch order by key, version desc
on conflict (key) do update set state = excluded.state, events = excluded.events;
)"},
    {"four blocks, per key", R"(-- projection: blocks
-- version: 1
-- categories: sample
-- parallel: key
create table blocks (key text primary key, patient text, received text, tested timestamptz, reported timestamptz);
-- apply: sample.created
insert into blocks (key, patient) select key, data->>'patient_id' from batch;
-- apply: sample.received
update blocks b set received = data->>'lab_id' from batch where b.key = batch.key;
-- apply: sample.tested
update blocks b set tested = occurred_at from batch where b.key = batch.key;
-- apply: sample.reported
update blocks b set reported = occurred_at from batch where b.key = batch.key;
)"},
    {"four blocks, strict", R"(-- projection: strict
-- version: 1
-- categories: sample
-- order: strict
create table strict (key text primary key, patient text, received text, tested timestamptz, reported timestamptz);
-- apply: sample.created
insert into strict (key, patient) select key, data->>'patient_id' from batch;
-- apply: sample.received
update strict b set received = data->>'lab_id' from batch where b.key = batch.key;
-- apply: sample.tested
update strict b set tested = occurred_at from batch where b.key = batch.key;
-- apply: sample.reported
update strict b set reported = occurred_at from batch where b.key = batch.key;
)"},
    {"a recursive block", R"(-- projection: chain
-- version: 1
-- categories: sample
-- parallel: key
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
