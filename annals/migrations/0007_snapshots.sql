-- SPDX-License-Identifier: Apache-2.0
-- Snapshots of aggregates: a cache. Every row may be deleted at any time; the log is then read instead.
set local role annals_owner;

-- state_schema: the aggregate, its state_version and a hash of its fields and events; programs of two versions keep a
-- row each. last_event: the id of the stream's event at that version; a row is ignored if the stream has another
-- event there.
create table annals.snapshots (
    log int not null,
    version bigint not null check (version > 0),
    last_event uuid not null,
    taken_at timestamptz not null default clock_timestamp(),
    key text collate "C" not null,
    state_schema text collate "C" not null,
    state json not null,
    primary key (log, key, state_schema)
) with (fillfactor = 80);

comment on table annals.snapshots is 'a cache: delete from annals.snapshots does no harm, at any time';
