-- SPDX-License-Identifier: Apache-2.0
-- How far each processor has come, who works on what, and who is paused or stopped.
-- Lies beside the read models, which may be another database than the log's.
set local role annals_owner;

create table annals.checkpoints (
    processor         text collate "C" not null,
    version           int not null,
    log               int not null references annals.logs,
    position          bigint not null default 0 check (position >= 0),
    event_id          uuid,                         -- of the event at the position: tells a restored log
    epoch             bigint not null default 0,    -- raised by whoever takes the log: fences the one before
    parked_generation bigint not null default 0,
    topic_offset      bigint,
    updated_at        timestamptz not null default clock_timestamp(),
    primary key (processor, version, log)
) with (fillfactor = 50);

-- A unit of work: one log, or 0 for all logs of a processor. Who holds the advisory lock (class 4714, number) works on it;
-- the row says who that is and when the holder was last alive.
create table annals.leases (
    processor    text collate "C" not null,
    version      int not null,
    unit         int not null,
    number       int generated always as identity unique,
    holder       text,
    holder_pid   int,
    holder_since timestamptz,                       -- start of the backend: a pid alone comes back
    beat_at      timestamptz,
    primary key (processor, version, unit)
) with (fillfactor = 50);

-- The processes that could work on a processor: units are shared evenly among those seen within six seconds.
create table annals.lease_members (
    processor text collate "C" not null,
    version   int not null,
    process   text not null,
    seen_at   timestamptz not null default clock_timestamp(),
    primary key (processor, version, process)
) with (fillfactor = 50);

-- No row: running.
create table annals.processor_states (
    processor   text collate "C" not null,
    version     int not null,
    state       text not null check (state in ('running', 'paused', 'stopped')),
    reason      text not null default '',
    at_log      int references annals.logs,
    at_position bigint,
    updated_at  timestamptz not null default clock_timestamp(),
    primary key (processor, version)
);

grant select on annals.checkpoints, annals.leases, annals.lease_members, annals.processor_states
    to annals_projector, annals_reader, annals_analyst;
grant insert, update, delete on annals.checkpoints, annals.leases, annals.lease_members, annals.processor_states
    to annals_projector;
-- A worker registers the log's categories where its read models are.
grant execute on function annals.ensure_category to annals_projector;
