-- SPDX-License-Identifier: Apache-2.0
-- Process managers: what they know, and the commands that they send. Written in the transaction that moves their
-- checkpoints, so in the database of the read models.
set local role annals_owner;

create table annals.process_manager_states (
    processor text collate "C" not null,
    version   int not null,
    key       text collate "C" not null,
    state     jsonb not null,
    primary key (processor, version, key)
) with (fillfactor = 80);

-- A row is there before its command is carried out, and is deleted afterwards. A deadline is such a row, too.
create table annals.outgoing_commands (
    id              bigint generated always as identity primary key,  -- the order in which a target gets them
    processor       text collate "C" not null,
    version         int not null,
    instance        text collate "C" not null,       -- the key of the state that sent it
    caused_by       uuid not null,                   -- the event
    idempotency_key text collate "C" not null,
    slot            smallint not null,               -- of the target; processes divide the slots
    category        text collate "C" not null,       -- of the target
    key             text collate "C" not null,
    command         text collate "C" not null,
    data            json not null,
    metadata        json not null,                   -- of the events that it leads to
    deadline        text collate "C",                -- its name
    due_at          timestamptz not null default '-infinity',
    answers         int not null default 0,          -- how many refusals before led to it, each to the next
    created_at      timestamptz not null default clock_timestamp(),
    attempts        int not null default 0,          -- that failed or were refused
    tried_at        timestamptz,                     -- when the last one was
    reason          text not null default '',        -- why it failed or was refused
    code            text not null default '',        -- of the refusal
    refused_at      timestamptz                      -- it is not tried again until an operator says so
) with (fillfactor = 80);

-- Unrefused ones in the order in which they are due; the others are few.
create index outgoing_commands_due on annals.outgoing_commands (due_at, id) where refused_at is null;
create index outgoing_commands_refused on annals.outgoing_commands (refused_at) where refused_at is not null;
create unique index outgoing_commands_deadlines on annals.outgoing_commands (processor, version, instance, deadline)
    where deadline is not null and refused_at is null;

-- These read along an index, whatever the planner knows of the table.

-- Commands whose time has come, in the order in which their targets get them. slots: `process_manager/slot`; busy: the
-- targets that are not to get any, `category-key`.
create function annals.due_commands(slots text[], busy text[], commands_max bigint)
returns setof annals.outgoing_commands
language sql stable set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off as $$
    select o.* from annals.outgoing_commands o
    where o.refused_at is null and o.due_at <= now()
      and o.processor || '/' || o.slot = any (slots) and o.category || '-' || o.key <> all (busy)
    order by o.due_at, o.id limit commands_max
$$;

-- When the next one of them is due, if that is not past; null: there is none.
create function annals.next_due(slots text[], busy text[]) returns timestamptz
language sql stable set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off as $$
    select greatest(o.due_at, now()) from annals.outgoing_commands o
    where o.refused_at is null
      and o.processor || '/' || o.slot = any (slots) and o.category || '-' || o.key <> all (busy)
    order by o.due_at, o.id limit 1
$$;

-- For each process manager that has any: how many commands were refused, and how many have been due for a minute.
create function annals.outgoing_problems(out process_manager text, out refused bigint, out overdue bigint)
returns setof record
language sql stable set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
    select o.processor, count(*) filter (where o.is_refused), count(*) filter (where not o.is_refused)
    from (select processor, true as is_refused from annals.outgoing_commands where refused_at is not null
          union all
          select processor, false from annals.outgoing_commands
          where refused_at is null and due_at < now() - interval '1 min' and created_at < now() - interval '1 min') o
    group by 1 order by 1
$$;

-- For people.
create view annals.outgoing as
    select id, processor as process_manager, version, instance, caused_by, category, key, command, data,
           case when refused_at is not null then 'refused'
                when attempts > 0 then 'retrying'
                when due_at > clock.now then 'waiting'
                else 'due' end as state,
           deadline, greatest(due_at, created_at) as due_at, created_at, attempts, tried_at, reason, code, refused_at
    from annals.outgoing_commands cross join (select clock_timestamp() as now) clock;

comment on view annals.outgoing is
    'Commands that process managers have sent and that are not carried out: deadlines that wait, and refused ones.';
comment on column annals.outgoing.id is 'how operators name it';
comment on column annals.outgoing.process_manager is 'which sent it';
comment on column annals.outgoing.version is 'of the process manager';
comment on column annals.outgoing.instance is 'the key of its state';
comment on column annals.outgoing.caused_by is 'the id of the event to which it reacted';
comment on column annals.outgoing.category is 'the kind of the aggregate that gets the command';
comment on column annals.outgoing.key is 'which aggregate of the category';
comment on column annals.outgoing.command is 'its name';
comment on column annals.outgoing.data is 'its fields';
comment on column annals.outgoing.state is
    'waiting: a deadline that is not due; due; retrying: attempts have failed; refused: waits for an operator';
comment on column annals.outgoing.deadline is 'the name of the deadline; null: it is sent at once';
comment on column annals.outgoing.due_at is 'when it is carried out';
comment on column annals.outgoing.created_at is 'when it was sent';
comment on column annals.outgoing.attempts is 'how many failed or were refused';
comment on column annals.outgoing.tried_at is 'when the last one was';
comment on column annals.outgoing.reason is 'why it failed or was refused';
comment on column annals.outgoing.code is 'of the refusal, for programs';
comment on column annals.outgoing.refused_at is 'when it was refused; null: it was not';
