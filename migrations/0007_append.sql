-- SPDX-License-Identifier: Apache-2.0
-- Appending: one call for many appends, each with a verdict. What the library does with it: eventstore/postgres/lane.hpp.
set local role annals_owner;

-- What an append with an idempotency key led to, one row a stream; purged by age.
create table annals.idempotency_keys (
    category text collate "C" not null,      -- of the append's first stream
    idempotency_key text collate "C" not null,
    part int not null,
    log int not null,
    key text collate "C" not null,
    first_version bigint not null,
    last_version bigint not null,
    first_position bigint not null,
    last_position bigint not null,
    recorded_at timestamptz not null,
    primary key (category, idempotency_key, part)
);
create index on annals.idempotency_keys using brin (recorded_at);

create function annals.purge_idempotency_keys(older_than interval) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with purged as (delete from annals.idempotency_keys where recorded_at < clock_timestamp() - older_than returning 1)
    select count(*) from purged
$$;

-- Ids of version 7 hold their millisecond; an event with an older id than that cannot have been recorded long before.
create function annals.recorded_not_before(ids uuid[]) returns timestamptz
language sql immutable parallel safe as $$
    select case when every(substr(id::text, 15, 1) = '7')
                then to_timestamp(min(('x' || substr(id::text, 1, 8) || substr(id::text, 10, 4))::bit(48)::bigint)
                                  / 1000.0) - interval '10 minutes'
                else '-infinity' end
    from unnest(ids) id
$$;

-- Whether events that were to be appended to a stream stand there already: all of them with the same content (first
-- version and positions are filled), or some (reused is one of them), or none (both are null). An expectation of a
-- version (>= 0) says where they would be; otherwise the stream's tail is searched.
create function annals.find_resent_1(
    in wanted_log int, in wanted_key text, in expected bigint,
    in ids uuid[], in types text[], in schema_versions smallint[], in payloads json[],
    out first_version bigint, out first_position bigint, out last_position bigint, out reused uuid)
language plpgsql stable as $$
declare
    since timestamptz;
    stored record;
    base bigint := expected;
    same bigint;
begin
    if expected < 0 then
        since := annals.recorded_not_before(ids);
        for stored in select e.version, e.id, e.recorded_at from annals.events e
                      where e.log = wanted_log and e.key = wanted_key order by e.version desc loop
            exit when stored.recorded_at < since;
            if stored.id = any (ids) then
                base := stored.version - 1;
                reused := stored.id;
            end if;
        end loop;
        if base < 0 or reused <> ids[1] then return; end if;
    end if;

    select count(*) filter (where found.is_same), min(found.position), max(found.position),
           coalesce((array_agg(found.id order by found.position) filter (where not found.is_same))[1],
                    (array_agg(found.id order by found.position))[1])
    into same, first_position, last_position, reused
    from (select e.id, e.position,
                 (e.type, e.schema_version, e.data::text) = (s.type, s.schema_version, s.data::text) as is_same
          from unnest(ids, types, schema_versions, payloads) with ordinality s(id, type, schema_version, data, n)
          join annals.events e on e.log = wanted_log and e.key = wanted_key
                                  and e.version = base + s.n and e.id = s.id) found;
    if same = cardinality(ids) then
        first_version := base + 1;
        reused := null;
    end if;
end
$$;

-- Many appends in one call, each all or nothing, each with a verdict; none spoils another.
--
-- An append has elements (w_…), one for each of its streams; an element has events (e_…). Elements stand in the order of
-- their appends, events in the order of their elements. Per element: w_append its append, w_at its log's place in
-- `logs`, w_expected a version, -1 any or -2 exists, w_start its first event, w_count their number (0: only a check),
-- w_previous an earlier element of this call for the same stream, or 0. a_resend: the append may have been sent before.
-- a_category and a_key: idempotency keys, null where there is none; empty arrays when no append has one.
--
-- The locks are taken in a statement before the last positions and versions are read, because the snapshot must be
-- younger than the locks; they are held to the commit, so that position order is commit order and a rollback leaves no
-- hole. Patient: waits for locks. Impatient: the appends to a log that somebody holds are busy.
--
-- verdict: 1 appended, 2 duplicate, 3 conflict, 4 event id reused, 5 busy, 6 the idempotency key is known.
-- Per element: the version before it, its first and last position (0: none), whether its check failed.
-- reused: the id for verdict 4; culprit: the element that verdict 4 or 5 is about.
create function annals.append_1(
    in patient boolean, in logs int[],
    in a_resend boolean[], in a_category text[], in a_key text[],
    in w_append int[], in w_at int[], in w_key text[], in w_expected bigint[], in w_start int[], in w_count int[],
    in w_previous int[],
    in e_element int[], in e_id uuid[], in e_type text[], in e_schema_version smallint[], in e_data json[],
    in e_metadata json[], in e_occurred_at timestamptz[],
    out verdict int[], out version_before bigint[], out first_position bigint[], out last_position bigint[],
    out check_failed boolean[], out reused uuid[], out culprit int[])
language plpgsql as $$
declare
    appends constant int := cardinality(a_resend);
    elements constant int := cardinality(w_append);
    has_keys constant boolean := cardinality(a_key) > 0;
    held boolean[] := array_fill(true, array[cardinality(logs)]);
    head bigint[];                           -- the last position of each log, as the call goes on
    after bigint[];                          -- the version of each element's stream behind it
    start bigint[] := array_fill(0::bigint, array[elements]);    -- the first position of what is to be inserted
    moment timestamptz;
    sent record;
    a int;
    first int;
    last int;
    next int := 1;
    is_busy boolean;
    is_allowed boolean;
    was_sent boolean;
    present int;
    written int;
    inserts boolean := false;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'an append needs isolation level read committed, not %', current_setting('transaction_isolation')
            using errcode = 'active_sql_transaction';
    end if;
    if current_setting('synchronous_commit') = 'off' then
        perform set_config('synchronous_commit', 'on', true);
    end if;

    for i in 1 .. cardinality(logs) loop
        if i > 1 and logs[i] <= logs[i - 1] then
            raise exception 'the logs of a call must ascend' using errcode = 'invalid_parameter_value';
        end if;
        if patient then
            perform pg_advisory_xact_lock(4711, logs[i]);
        else
            held[i] := pg_try_advisory_xact_lock(4711, logs[i]);
        end if;
    end loop;

    select array_agg(coalesce(e.position, 0) order by l.n), greatest(clock_timestamp(), max(e.recorded_at))
    into head, moment
    from unnest(logs) with ordinality l(log, n)
    left join lateral (select e.position, e.recorded_at from annals.events e where e.log = l.log
                       order by e.position desc limit 1) e on true;

    version_before := array(
        select coalesce((select e.version from annals.events e where e.log = logs[w.at] and e.key = w.key
                         order by e.version desc limit 1), 0)
        from unnest(w_at, w_key) w(at, key));
    after := version_before;
    verdict := array_fill(1, array[appends]);
    first_position := start;
    last_position := start;
    check_failed := array_fill(false, array[elements]);
    reused := array_fill('00000000-0000-0000-0000-000000000000'::uuid, array[appends]);
    culprit := array_fill(0, array[appends]);

    while next <= elements loop
        a := w_append[next];
        first := next;
        is_busy := false;
        is_allowed := true;
        while w_append[next] = a loop
            if w_previous[next] > 0 then
                version_before[next] := after[w_previous[next]];
                after[next] := version_before[next];
            end if;
            if not held[w_at[next]] then
                is_busy := true;
                culprit[a] := next;
            elsif (w_expected[next] >= 0 and version_before[next] <> w_expected[next])
                  or (w_expected[next] = -2 and version_before[next] = 0) then
                check_failed[next] := true;
                is_allowed := false;
            end if;
            next := next + 1;
        end loop;

        if is_busy then
            verdict[a] := 5;
            continue;
        end if;
        if has_keys and exists (select from annals.idempotency_keys k
                                where k.category = a_category[a] and k.idempotency_key = a_key[a]) then
            verdict[a] := 6;
            continue;
        end if;

        if not is_allowed or a_resend[a] then
            was_sent := a_resend[a];
            present := 0;
            written := 0;
            -- Where an element that names a version was sent before, so were the others: then all are searched for.
            for names_version in reverse 1 .. 0 loop
                for i in first .. next - 1 loop
                    continue when w_count[i] = 0 or (w_expected[i] >= 0) <> (names_version = 1);
                    written := written + 1;
                    continue when w_expected[i] < 0 and not was_sent;
                    last := w_start[i] + w_count[i] - 1;
                    sent := annals.find_resent_1(logs[w_at[i]], w_key[i], w_expected[i], e_id[w_start[i]:last],
                        e_type[w_start[i]:last], e_schema_version[w_start[i]:last], e_data[w_start[i]:last]);
                    if sent.reused is not null and (verdict[a] <> 4 or i < culprit[a]) then
                        verdict[a] := 4;
                        reused[a] := sent.reused;
                        culprit[a] := i;
                    elsif sent.first_version is not null then
                        was_sent := true;
                        present := present + 1;
                        version_before[i] := sent.first_version - 1;
                        first_position[i] := sent.first_position;
                        last_position[i] := sent.last_position;
                        if verdict[a] <> 4 and (culprit[a] = 0 or i < culprit[a]) then
                            reused[a] := e_id[w_start[i]];
                            culprit[a] := i;
                        end if;
                    end if;
                end loop;
            end loop;
            if verdict[a] <> 4 and present > 0 then
                verdict[a] := case when present = written then 2 else 4 end;
            elsif verdict[a] <> 4 and not is_allowed then
                verdict[a] := 3;
            end if;
            continue when verdict[a] <> 1;
        end if;

        for i in first .. next - 1 loop
            continue when w_count[i] = 0;
            inserts := true;
            start[i] := head[w_at[i]] + 1;
            head[w_at[i]] := head[w_at[i]] + w_count[i];
            after[i] := version_before[i] + w_count[i];
            first_position[i] := start[i];
            last_position[i] := head[w_at[i]];
        end loop;
    end loop;

    if not inserts then return; end if;
    insert into annals.events
        (position, version, recorded_at, id, log, schema_version, key, type, data, metadata, occurred_at)
    select start[e.element] + e.n - w_start[e.element], version_before[e.element] + 1 + e.n - w_start[e.element],
           moment, e.id, logs[w_at[e.element]], e.schema_version, w_key[e.element], e.type, e.data, e.metadata,
           e.occurred_at
    from unnest(e_element, e_id, e_type, e_schema_version, e_data, e_metadata, e_occurred_at)
         with ordinality e(element, id, type, schema_version, data, metadata, occurred_at, n)
    where start[e.element] > 0;

    if has_keys then
        insert into annals.idempotency_keys
        select a_category[w_append[i]], a_key[w_append[i]], i, logs[w_at[i]], w_key[i], version_before[i] + 1,
               version_before[i] + w_count[i], first_position[i], last_position[i], moment
        from generate_series(1, elements) i
        where start[i] > 0 and a_key[w_append[i]] is not null;
    end if;
end
$$;

grant select, insert on annals.idempotency_keys to annals_writer;
revoke execute on function annals.recorded_not_before, annals.find_resent_1, annals.append_1,
    annals.purge_idempotency_keys from public;
grant execute on function annals.recorded_not_before, annals.find_resent_1, annals.append_1,
    annals.purge_idempotency_keys to annals_writer;
