-- SPDX-License-Identifier: Apache-2.0
-- Orchestrated sagas: what people query, and what comes for them. In the log's database. The facts of a saga are the
-- events of its stream, saga.<type>/<saga id>; its rows can be made from them again.
set local role annals_owner;

-- Each version that a program has had. An instance keeps the version that it was started with.
create table annals.saga_definitions (
    saga_type     text collate "C" not null check (saga_type ~ '^[A-Za-z][A-Za-z0-9_]{0,99}$'),
    version       int not null check (version >= 1),
    definition    jsonb not null,
    registered_at timestamptz not null default clock_timestamp(),
    primary key (saga_type, version)
);

-- pending: started, and no orchestrator has begun it yet. log: that of its stream, which says who works on it.
create table annals.saga_states (
    saga_id            text collate "C" not null,
    saga_type          text collate "C" not null,
    status             text not null default 'pending' check (status in ('pending', 'running', 'paused', 'compensating',
                           'parked', 'completed', 'compensated', 'timed_out', 'cancelled', 'failed')),
    current_steps      text[] not null default '{}',       -- those that are asked for, or wait for their next attempt
    started_at         timestamptz not null default clock_timestamp(),
    completed_at       timestamptz,                        -- when it ended, however it ended
    context            jsonb not null,
    error              text,
    definition_version int not null,
    started_by         text not null,
    parent             jsonb,                              -- the step that it is: {saga_type, saga_id, step, attempt}
    depth              int not null default 0,             -- how many sagas are above it
    is_undone_by_parent boolean not null default false,
    changed_at         timestamptz not null default clock_timestamp(),
    stream_version     bigint not null default 0,
    log                int not null references annals.logs,
    start_id           uuid not null,                      -- of the call that started it
    primary key (saga_type, saga_id),
    foreign key (saga_type, definition_version) references annals.saga_definitions
) with (fillfactor = 70);
create index saga_states_by_id on annals.saga_states (saga_id);
create index saga_states_active on annals.saga_states (log, changed_at)
    where completed_at is null;
create index saga_states_ended on annals.saga_states (completed_at) where completed_at is not null;

create table annals.saga_steps (
    saga_type          text collate "C" not null,
    saga_id            text collate "C" not null,
    step               text collate "C" not null,
    place              int not null,                       -- in the definition, from 1
    service            text not null,                      -- empty: it waits for a signal, or runs another saga
    signal             text,                               -- that it waits for
    status             text not null,                      -- waiting, running, retrying, done, failed, skipped, parked
    attempts           int not null,
    started_at         timestamptz,
    ended_at           timestamptz,
    error              text,                               -- of the last attempt that failed
    result             jsonb,
    compensation       text not null default 'waiting',    -- the same words
    compensations      int not null default 0,             -- attempts to undo it
    compensating_since timestamptz,
    compensated_at     timestamptz,
    compensation_error text,
    primary key (saga_type, saga_id, step),
    foreign key (saga_type, saga_id) references annals.saga_states on delete cascade
) with (fillfactor = 70);

-- One row for each saga for which time does something: the earliest moment.
create table annals.saga_timers (
    saga_type text collate "C" not null,
    saga_id   text collate "C" not null,
    log       int not null,
    due_at    timestamptz not null,
    primary key (saga_type, saga_id),
    foreign key (saga_type, saga_id) references annals.saga_states on delete cascade
) with (fillfactor = 70);
create index saga_timers_due on annals.saga_timers (log, due_at);

-- What has come for sagas and is not dealt with: starts, answers from outside, signals, operators' requests. A request
-- stays for a day after it was dealt with, so that the one who made it can read the outcome.
create table annals.saga_inputs (
    number    bigint generated always as identity primary key,
    log       int not null,
    saga_type text collate "C" not null,
    saga_id   text collate "C" not null,
    kind      text not null check (kind in ('start', 'reply', 'signal', 'pause', 'resume', 'cancel', 'terminate', 'retry',
                  'skip', 'undo')),
    input     jsonb not null,
    asked_at  timestamptz not null default clock_timestamp(),
    taken_at  timestamptz,
    refusal   text,                                        -- why it was not done
    input_id  uuid unique,                                 -- of the call that left it, which may be sent again
    foreign key (saga_type, saga_id) references annals.saga_states on delete cascade
);
create index saga_inputs_starts on annals.saga_inputs (log, number) where kind = 'start' and taken_at is null;
create index saga_inputs_others on annals.saga_inputs (log, number) where kind <> 'start' and taken_at is null;
create index saga_inputs_of on annals.saga_inputs (saga_type, saga_id);
create index saga_inputs_taken on annals.saga_inputs (taken_at) where taken_at is not null;

-- Who owns the sagas of a log: the epoch is raised with each owner, and fences the one before.
create table annals.saga_owners (
    log   int primary key references annals.logs,
    epoch bigint not null
) with (fillfactor = 50);

-- Makes a version known. LG002 when it is known with another definition.
create function annals.register_saga(saga_type text, version int, definition jsonb, partitions int default 8)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    known jsonb;
begin
    insert into annals.saga_definitions (saga_type, version, definition)
    values (register_saga.saga_type, register_saga.version, register_saga.definition) on conflict do nothing;
    if not exists (select from annals.categories where name = 'saga.' || saga_type) then
        perform annals.ensure_category('saga.' || saga_type, partitions);
    end if;
    select d.definition into known from annals.saga_definitions d
    where d.saga_type = register_saga.saga_type and d.version = register_saga.version;
    if known <> definition then
        perform annals.refuse(format('version %s of the saga %s is known with other steps: running sagas keep it, so give '
                                     'the changed one another version', version, saga_type));
    end if;
end
$$;

-- The log of a saga's stream.
create function annals.log_of_saga(saga_type text, saga_id text) returns int
language sql stable set search_path = pg_catalog, pg_temp as $$
    select l.log from annals.categories c, annals.logs l
    where c.name = 'saga.' || saga_type and l.tenant = '' and l.category = c.name
      and l.partition = annals.partition_of(saga_id, c.partitions)
$$;

-- Starts a saga with the newest version of its definition: durable when this commits. An orchestrator begins it soon.
-- False when a saga of this type and id was started before, by a call with another id; nothing is done then.
create function annals.start_saga_once(saga_type text, saga_id text, context jsonb, started_by text, parent jsonb,
    start_id uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    newest int;
    its_log int;
    depth int := 0;
begin
    perform annals.check_given('saga_type', saga_type);
    perform annals.check_given('saga_id', saga_id);
    perform annals.check_name(saga_id, 'a saga''s id');
    if jsonb_typeof(context) is distinct from 'object' then
        perform annals.refuse('the context of a saga is a JSON object');
    elsif octet_length(context::text) > 524288 then
        perform annals.refuse(format('the context of a saga has %s bytes; the most are 524288', octet_length(context::text)));
    end if;
    select max(d.version) into newest from annals.saga_definitions d where d.saga_type = start_saga_once.saga_type;
    if newest is null then
        perform annals.refuse(format('no saga is called %s: `annals sagas definitions` lists them; a program registers its '
                                     'own when it runs', saga_type));
    end if;
    if parent is not null then
        select s.depth + 1 into depth from annals.saga_states s
        where s.saga_type = parent ->> 'saga_type' and s.saga_id = parent ->> 'saga_id';
        if depth > 8 then
            perform annals.refuse('sagas that run sagas are at most 8 deep');
        end if;
    end if;
    its_log := annals.log_of_saga(saga_type, saga_id);
    -- The rows of a saga that is over may have been removed; its stream stays.
    if not exists (select from annals.saga_states s where s.saga_type = start_saga_once.saga_type
                   and s.saga_id = start_saga_once.saga_id)
       and exists (select from annals.events e where e.log = its_log and e.key = saga_id) then
        return false;
    end if;
    insert into annals.saga_states (saga_id, saga_type, context, definition_version, started_by, parent, depth, log, start_id)
    values (saga_id, saga_type, context, newest, started_by, parent, coalesce(depth, 0), its_log, start_id) on conflict do nothing;
    if not found then
        return exists (select from annals.saga_states s where s.saga_type = start_saga_once.saga_type
                       and s.saga_id = start_saga_once.saga_id and s.start_id = start_saga_once.start_id);
    end if;
    insert into annals.saga_inputs (log, saga_type, saga_id, kind, input)
    values (its_log, saga_type, saga_id, 'start',
            jsonb_build_object('context', context, 'started_by', started_by, 'parent', parent));
    return true;
end
$$;

-- The same; LG002 when it was started before.
create function annals.start_saga(saga_type text, saga_id text, context jsonb default '{}') returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not annals.start_saga_once(saga_type, saga_id, context, session_user, null, annals.new_id()) then
        perform annals.refuse(format('the saga %s of type %s was started before', saga_id, saga_type));
    end if;
end
$$;

-- Asks something of a saga: a signal, or an operator's request. The answer is in annals.saga_inputs under the number
-- that is returned: taken_at, and the refusal if there is one. LG002 when there is no such saga.
create function annals.ask_saga(saga_type text, saga_id text, kind text, input jsonb, input_id uuid default null)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    its_log int;
    asked bigint;
begin
    perform annals.check_given('saga_type', saga_type);
    perform annals.check_given('saga_id', saga_id);
    perform annals.check_given('kind', kind);
    perform annals.check_given('input', input);
    select s.log into its_log from annals.saga_states s
    where s.saga_type = ask_saga.saga_type and s.saga_id = ask_saga.saga_id;
    if its_log is null then
        perform annals.refuse(format('there is no saga %s of type %s', saga_id, saga_type));
    end if;
    insert into annals.saga_inputs (log, saga_type, saga_id, kind, input, input_id)
    values (its_log, saga_type, saga_id, kind, input, input_id)
    on conflict on constraint saga_inputs_input_id_key do nothing returning number into asked;
    if asked is null then
        select i.number into asked from annals.saga_inputs i where i.input_id = ask_saga.input_id;
    end if;
    return asked;
end
$$;

-- The answer of a saga that is a step of another one, when it is over. Without an error: how it ended. With one: it could
-- not be undone.
create function annals.answer_parent(of_type text, of_id text, attempt int default null, refusal text default null)
returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    s annals.saga_states;
    its_log int;
    answer jsonb;
begin
    select * into s from annals.saga_states where saga_type = of_type and saga_id = of_id;
    if s.parent is null or (s.completed_at is null and refusal is null) then
        return;
    end if;
    select log into its_log from annals.saga_states
    where saga_type = s.parent ->> 'saga_type' and saga_id = s.parent ->> 'saga_id';
    answer := case
        when refusal is not null then jsonb_build_object('direction', 'backward', 'attempt', attempt,
            'error', format('its saga %s: %s', s.status, refusal))
        when s.is_undone_by_parent then '{"direction": "backward", "attempt": 1}'
        when s.status = 'completed' then jsonb_build_object('direction', 'forward', 'attempt', s.parent -> 'attempt',
            'result', (select coalesce(jsonb_object_agg(r.step, r.result), '{}') from annals.saga_steps r
                       where r.saga_type = of_type and r.saga_id = of_id and r.status = 'done'))
        else jsonb_build_object('direction', 'forward', 'attempt', s.parent -> 'attempt', 'retryable', false,
            'outcome_unknown', s.status = 'failed', 'error', format('its saga %s: %s', s.status, s.error)) end;
    insert into annals.saga_inputs (log, saga_type, saga_id, kind, input)
    values (its_log, s.parent ->> 'saga_type', s.parent ->> 'saga_id', 'reply',
            jsonb_build_object('step', s.parent ->> 'step') || answer);
end
$$;

-- Where sagas of this round are steps of others: those that have ended, and those that others wanted to be undone.
create function annals.answer_parents(changes json) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    one record;
begin
    for one in select * from json_to_recordset(changes -> 'undone')
                   u (saga_type text, saga_id text, attempt int, refusal text) loop
        if one.refusal is null then
            update annals.saga_states set is_undone_by_parent = true
            where saga_type = one.saga_type and saga_id = one.saga_id;
        end if;
        perform annals.answer_parent(one.saga_type, one.saga_id, one.attempt, one.refusal);
    end loop;
    for one in select * from json_to_recordset(changes -> 'children') c (saga_type text, saga_id text) loop
        perform annals.answer_parent(one.saga_type, one.saga_id);
    end loop;
end
$$;

-- One round of an orchestrator: the facts, by the arguments of annals.append_many, and the rows that follow from them.
-- All of it or nothing. SQLSTATE 40001 when another process owns one of the logs, or has written one of the streams.
create function annals.store_sagas(owned_logs int[], epochs bigint[], changes json,
    patient boolean, logs int[], a_resend boolean[], a_category text[], a_key text[], a_used_for text[],
    w_append int[], w_at int[], w_key text[], w_expected bigint[], w_start int[], w_count int[], w_previous int[],
    e_element int[], e_id uuid[], e_type text[], e_schema_version smallint[], e_data json[], e_metadata json[],
    e_occurred_at timestamptz[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off
    set enable_mergejoin = off as $$
declare
    owned int;
    verdicts int[];
begin
    perform from annals.saga_owners o, unnest(owned_logs, epochs) mine (log, epoch)
    where o.log = mine.log and o.epoch = mine.epoch for update of o;
    get diagnostics owned = row_count;
    if owned <> cardinality(owned_logs) then
        raise exception 'another process owns these sagas' using errcode = 'serialization_failure';
    end if;
    update annals.saga_states s
    set status = c.status, current_steps = array(select json_array_elements_text(c.current_steps)),
        started_at = c.started_at, completed_at = c.completed_at, error = c.error,
        definition_version = c.definition_version, changed_at = c.changed_at, stream_version = c.stream_version
    from json_to_recordset(changes -> 'states') c (saga_type text, saga_id text, status text, current_steps json,
        started_at timestamptz, completed_at timestamptz, error text, definition_version int, changed_at timestamptz,
        stream_version bigint)
    where s.saga_type = c.saga_type and s.saga_id = c.saga_id;
    insert into annals.saga_steps
    select c.* from json_populate_recordset(null::annals.saga_steps, changes -> 'steps') c
    on conflict (saga_type, saga_id, step) do update
    set status = excluded.status, attempts = excluded.attempts, started_at = excluded.started_at,
        ended_at = excluded.ended_at, error = excluded.error, result = excluded.result,
        compensation = excluded.compensation, compensations = excluded.compensations,
        compensating_since = excluded.compensating_since, compensated_at = excluded.compensated_at,
        compensation_error = excluded.compensation_error;
    insert into annals.saga_timers
    select c.saga_type, c.saga_id, c.log, c.due_at
    from json_to_recordset(changes -> 'timers') c (saga_type text, saga_id text, log int, due_at timestamptz)
    where c.due_at is not null
    on conflict (saga_type, saga_id) do update set due_at = excluded.due_at
    where annals.saga_timers.due_at <> excluded.due_at;
    delete from annals.saga_timers t
    using json_to_recordset(changes -> 'timers') c (saga_type text, saga_id text, due_at timestamptz)
    where t.saga_type = c.saga_type and t.saga_id = c.saga_id and c.due_at is null;
    perform annals.answer_parents(changes);
    delete from annals.saga_inputs i
    using json_to_recordset(changes -> 'taken') c (number bigint)
    where i.number = c.number and i.kind in ('start', 'reply');
    update annals.saga_inputs i set taken_at = clock_timestamp(), refusal = c.refusal
    from json_to_recordset(changes -> 'taken') c (number bigint, refusal text)
    where i.number = c.number and i.kind not in ('start', 'reply');
    -- Last: from here to the commit nobody else appends to these logs.
    if cardinality(a_resend) > 0 then
        select m.verdict into verdicts
        from annals.append_many(patient, logs, a_resend, a_category, a_key, a_used_for, w_append, w_at, w_key, w_expected,
            w_start, w_count, w_previous, e_element, e_id, e_type, e_schema_version, e_data, e_metadata, e_occurred_at) m;
        if 1 <> any (verdicts) then
            raise exception 'another process has written these sagas' using errcode = 'serialization_failure';
        end if;
    end if;
end
$$;

-- The inputs of these logs that are not dealt with, the oldest first; for a saga that waits to be begun, only its start.
create function annals.saga_inputs_for(logs int[], starts_max int, others_max int)
returns table (number bigint, saga_id text, kind text, input jsonb)
language sql stable set search_path = pg_catalog, pg_temp as $$
    (select i.number, i.saga_id, i.kind, i.input
     from unnest(logs) l (log) cross join lateral (
         select * from annals.saga_inputs i where i.log = l.log and i.kind = 'start' and i.taken_at is null
         order by i.number limit starts_max) i
     order by i.number limit starts_max)
    union all
    (select i.number, i.saga_id, i.kind, i.input
     from unnest(logs) l (log) cross join lateral (
         select * from annals.saga_inputs i where i.log = l.log and i.kind <> 'start' and i.taken_at is null
             and not exists (select from annals.saga_states s where s.saga_type = i.saga_type and s.saga_id = i.saga_id
                             and s.status = 'pending')
         order by i.number limit others_max) i
     order by i.number limit others_max)
$$;

-- The sagas of these logs whose time has come, the earliest first.
create function annals.sagas_due(logs int[], now timestamptz, sagas_max int) returns setof text
language sql stable set search_path = pg_catalog, pg_temp as $$
    select t.saga_id
    from unnest(logs) l (log) cross join lateral (
        select * from annals.saga_timers t where t.log = l.log and t.due_at <= sagas_due.now
        order by t.due_at limit sagas_max) t
    order by t.due_at limit sagas_max
$$;

-- Removes the rows of sagas that are over for this long; of one type, or (empty) of all. Returns how many. Their
-- streams stay. A saga that is a step of one that is not over is left.
create function annals.remove_sagas(over_for interval, of_type text, sagas_max bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
    removed bigint;
begin
    delete from annals.saga_states s
    using (select o.saga_type, o.saga_id from annals.saga_states o
           where o.completed_at < statement_timestamp() - over_for and (of_type = '' or o.saga_type = of_type)
             and not exists (select from annals.saga_states p
                             where p.saga_type = o.parent ->> 'saga_type' and p.saga_id = o.parent ->> 'saga_id'
                               and p.completed_at is null)
           order by o.completed_at limit sagas_max for update skip locked) old
    where s.saga_type = old.saga_type and s.saga_id = old.saga_id;
    get diagnostics removed = row_count;
    return removed;
end
$$;

-- Removes what was asked of sagas and answered a day ago.
create function annals.forget_saga_requests() returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from annals.saga_inputs where taken_at < statement_timestamp() - interval '1 day'
$$;
