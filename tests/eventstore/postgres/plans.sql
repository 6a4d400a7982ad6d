-- SPDX-License-Identifier: Apache-2.0
-- For plans_test.cpp: a log that is filled in one statement, and how much of the growing tables a statement reads.

-- A category with `logs` logs, a projection of it, and a type of saga in the log after them.
create function public.begin_filling(logs int) returns void language plpgsql as $$
begin
    perform annals.ensure_category('visit', logs);
    insert into annals.projections (name, version, kind, categories, definition, hash, live)
    values ('seen', 1, 'sql', '{visit}', '', '', true);
    insert into annals.checkpoints (processor, version, log, position) select 'seen', 1, log, 1000000 from annals.logs;
    perform annals.ensure_category('saga.tour', 1);
    insert into annals.saga_definitions (saga_type, version, definition) values ('tour', 1, '{}');
    insert into annals.saga_owners (log, epoch) values (logs + 1, 1);
end
$$;

-- Says when the event was made (version 7), and which it is.
create function public.id_of(n int) returns uuid language sql immutable as $$
    select (left(t, 8) || '-' || right(t, 4) || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
    from (select lpad(to_hex(1577836800000 + n * 60000::bigint), 12, '0') as t) t
$$;

-- Events number first … last, a minute apart; every fourth is of the stream H, the others are of 1,500 streams. As
-- many keys, snapshots, finished orders, states of process managers, and deadlines: one of them is due, one was refused.
-- And as many sagas that are over, but one, and what was asked of them.
create function public.fill(first int, last int) returns void language sql as $$
    insert into annals.events (position, version, recorded_at, id, log, schema_version, key, type, data, metadata)
    select coalesce(heads.position, 0) + row_number() over (partition by s.log order by n),
           coalesce(ends.version, 0) + row_number() over (partition by s.key order by n),
           timestamptz '2020-01-01 00:00Z' + n * interval '1 min', public.id_of(n), s.log, 1, s.key, 'visit.seen',
           '{"ward": 3, "by": "somebody whose name takes some room"}', '{}'
    from generate_series(first, last) n
    join (select k, case k when 0 then 'H' else 'K-' || k end as key,
                 1 + annals.partition_of(case k when 0 then 'H' else 'K-' || k end, c.partitions) as log
          from generate_series(0, 1500) k, annals.categories c where c.name = 'visit') s
         on s.k = case when n % 4 = 0 then 0 else 1 + n % 1500 end
    left join (select log, max(position) as position from annals.events group by log) heads on heads.log = s.log
    left join (select key, max(version) as version from annals.events group by key) ends on ends.key = s.key;

    insert into annals.idempotency_keys (category, idempotency_key, part, log, key, first_version, last_version,
                                         first_position, last_position, recorded_at, fingerprint)
    select 'visit', 'key ' || n, 1, hot.log, 'H', 1, 1, 1, 1, now(),
           -- Used for one event of type `a` with {} as its data.
           sha256(convert_to(format('[[%s, "H", [["a", 1, {}]]]]', hot.log), 'UTF8'))
    from generate_series(first, last) n,
         (select 1 + annals.partition_of('H', partitions) as log from annals.categories where name = 'visit') hot;
    insert into annals.snapshots (log, version, last_event, key, state_schema, state)
    select 1, 1, public.id_of(n), 'S-' || n, 'visit', '{}' from generate_series(first, last) n;
    insert into annals.jobs (verb, subject, asked_by, state, finished_at)
    select 'pause projection', 'seen', 'somebody', 'done', now() from generate_series(first, last) n;
    insert into annals.process_manager_states (processor, version, key, state)
    select 'seen', 1, 'K-' || n, '{}' from generate_series(first, last) n;
    insert into annals.outgoing_commands (processor, version, instance, caused_by, idempotency_key, slot, category, key,
                                          command, data, metadata, deadline, due_at, refused_at)
    select 'seen', 1, 'K-' || n, public.id_of(n), 'key ' || n, n % 8, 'visit', 'K-' || n, 'remind', '{}', '{}', 'reminder',
           case n when 7 then '-infinity' else now() + interval '1 h' + n * interval '1 s' end,
           case n when 8 then now() end
    from generate_series(first, last) n;

    insert into annals.saga_states (saga_id, saga_type, status, completed_at, context, definition_version, started_by, log,
                                    start_id)
    select 'T-' || n, 'tour', case n when 7 then 'running' else 'completed' end, case n when 7 then null else now() end,
           '{}', 1, 'somebody', l.log, public.id_of(n)
    from generate_series(first, last) n, annals.logs l where l.category = 'saga.tour';
    insert into annals.saga_steps (saga_type, saga_id, step, place, service, status, attempts)
    select 'tour', 'T-' || n, 'walk', 1, 'guide', case n when 7 then 'running' else 'done' end, 1
    from generate_series(first, last) n;
    insert into annals.saga_timers (saga_type, saga_id, log, due_at)
    select 'tour', 'T-' || n, l.log, case n when 7 then '-infinity' else now() + interval '1 h' + n * interval '1 s' end
    from generate_series(first, last) n, annals.logs l where l.category = 'saga.tour';
    insert into annals.saga_inputs (log, saga_type, saga_id, kind, input, taken_at)
    select l.log, 'tour', 'T-' || n, 'pause', '{}', case n when 7 then null else now() end
    from generate_series(first, last) n, annals.logs l where l.category = 'saga.tour';
$$;

-- All events in one stream, numbered as above.
create function public.fill_stream(events int) returns void language sql as $$
    insert into annals.events (position, version, recorded_at, id, log, schema_version, key, type, data, metadata)
    select n, n, timestamptz '2020-01-01 00:00Z' + n * interval '1 min', public.id_of(n), 1, 1, 'H', 'visit.seen', '{}',
           '{}'
    from generate_series(1, events) n
$$;

-- Index entries and table rows that this transaction has read.
create function public.reads() returns bigint language sql volatile as $$
    select sum(pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid))::bigint
    from pg_class c
    left join pg_index i on i.indexrelid = c.oid
    where coalesce(i.indrelid, c.oid) in ('annals.events'::regclass, 'annals.idempotency_keys'::regclass,
                                          'annals.snapshots'::regclass, 'annals.jobs'::regclass,
                                          'annals.process_manager_states'::regclass,
                                          'annals.outgoing_commands'::regclass, 'annals.saga_states'::regclass,
                                          'annals.saga_steps'::regclass, 'annals.saga_timers'::regclass,
                                          'annals.saga_inputs'::regclass)
$$;

-- What a statement reads, and the SQLSTATE it ends with ('00000': success). Its changes are undone.
create function public.measure(statement text, out reads bigint, out state text) language plpgsql as $$
declare
    before constant bigint := public.reads();
begin
    begin
        execute statement;
        raise exception using errcode = 'UNDO0';
    exception when others then
        state := case sqlstate when 'UNDO0' then '00000' else sqlstate || ' ' || sqlerrm end;
    end;
    reads := public.reads() - before;
end
$$;
