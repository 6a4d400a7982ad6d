-- SPDX-License-Identifier: Apache-2.0
-- Who works on what. A work is 'publication' (in the log's database), or 'processor NAME/VERSION/REGISTRATION' (in that
-- of the read models).
set local role annals_owner;

-- A unit of a work: one log, or 0 for all logs of a processor. The session with the advisory lock (class 4714, number)
-- has it.
create table annals.leases (
    work         text collate "C" not null,
    unit         int not null,
    number       int generated always as identity unique,
    registration bigint references annals.projections (registration) on delete cascade on update cascade,  -- null: no projection's
    primary key (work, unit)
);

-- The sessions that could do these works: units are divided evenly among those that are alive. Renewed every two
-- seconds, and dropped after a minute.
create table annals.lease_members (
    pid           int primary key,                   -- of the session's server process
    backend_start timestamptz not null,              -- of that process: a pid can be used again
    process       text collate "C" not null,         -- whose session it is, for people and annals.processor_failures
    works         text[] not null,
    seen_at       timestamptz not null
) with (fillfactor = 50);

-- Every unit that a session has now. process: null for a session that is no member.
create function annals.lease_holders(out work text, out unit int, out number int, out pid int, out process text)
returns setof record
language sql stable set search_path = pg_catalog, pg_temp as $$
    select l.work, l.unit, l.number, k.pid, m.process
    from pg_locks k
    join annals.leases l on l.number::oid = k.objid
    left join annals.lease_members m on m.pid = k.pid and l.work = any (m.works)
    where k.locktype = 'advisory' and k.classid = 4714 and k.objsubid = 2 and k.granted
      and k.database = (select oid from pg_database where datname = current_database())
$$;
