-- SPDX-License-Identifier: Apache-2.0
-- Appending: one call for many appends, each with a verdict. The library uses it in
-- annals/eventstore/postgres/append/append_session.hpp.
set local role annals_owner;

-- The result of an append with an idempotency key, one row per stream; purged by age.
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
    fingerprint bytea not null,              -- SHA-256 of what the key was used for
    primary key (category, idempotency_key, part)
);

-- The rows to purge are at the beginning of this index.
create index idempotency_keys_recorded_at on annals.idempotency_keys (recorded_at);

-- Removes older rows; returns how many. An index cannot be searched with clock_timestamp(), which changes while a
-- statement runs.
create function annals.purge_idempotency_keys(older_than interval) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
    select annals.check_given('older_than', older_than);
    with purged as (delete from annals.idempotency_keys
                    where recorded_at < statement_timestamp() - older_than returning 1)
    select count(*) from purged
$$;

-- Many appends in one call. Each happens whole or not at all and has its own verdict; they do not affect each other.
--
-- An append has elements (w_…), one for each of its streams; an element has events (e_…). Elements are in the order
-- of their appends, events in the order of their elements. Per element: w_append its append, w_at its log's place in
-- `logs`, w_expected a version, -1 any or -2 exists, w_start its first event, w_count their number (0: only a check),
-- w_previous an earlier element of this call for the same stream, or 0. a_resend: the append may have been sent
-- before. a_category, a_key and a_used_for: idempotency keys and what they are used for (null: the content of the
-- append); null without a key, and empty arrays when no append has one. No two appends of a call may share a key or
-- an event id. A key is stored with a hash of its use: of that text, or of what the append stores without ids, times
-- and metadata.
--
-- The locks are taken in a statement before the last positions and versions are read, because the snapshot must be
-- younger than the locks. They last to the commit, so that position order is commit order and a rollback leaves
-- no gap. patient: waits for locks; otherwise an append to a log that another session has locked is not done.
--
-- verdict: 1 appended, 2 duplicate, 3 conflict, 4 event id reused, 5 log locked, 6 the idempotency key is known, 7 it was
-- used for something else. Per element: the version before it, its first and last position (0: none), whether its
-- check failed. reused, differs: for verdict 4 the id and what differs; culprit: the element that verdict 4 or 5 is
-- about. An append that is refused is compared with earlier ones only if one of its ids is at its place; one
-- statement finds these for the whole call. SQLSTATE 40001: a key was used at the same moment; the call can be
-- repeated.
create function annals.append_many(
    in patient boolean, in logs int[],
    in a_resend boolean[], in a_category text[], in a_key text[], in a_used_for text[],
    in w_append int[], in w_at int[], in w_key text[], in w_expected bigint[], in w_start int[], in w_count int[],
    in w_previous int[],
    in e_element int[], in e_id uuid[], in e_type text[], in e_schema_version smallint[], in e_data json[],
    in e_metadata json[], in e_occurred_at timestamptz[],
    out verdict int[], out version_before bigint[], out first_position bigint[], out last_position bigint[],
    out check_failed boolean[], out reused uuid[], out culprit int[], out differs text[])
language plpgsql as $$
declare
    appends constant int := cardinality(a_resend);
    elements constant int := cardinality(w_append);
    has_keys constant boolean := cardinality(a_key) > 0;
    -- Each append writes to one stream that no other writes to, and none is sent again: no verdict depends on
    -- another.
    -- With fewer appends the loop is as fast.
    is_ordinary constant boolean := appends >= 12 and elements = appends and not has_keys
                                    and true <> all (a_resend) and 0 = all (w_previous) and 0 <> all (w_count);
    is_ours boolean[] := array_fill(true, array[cardinality(logs)]);
    head bigint[];                           -- the last position of each log so far
    after bigint[];                          -- the version of each element's stream after it
    start bigint[] := array_fill(0::bigint, array[elements]);    -- the first position of the events to insert
    moment timestamptz;
    sent record;
    a int;
    first int;
    last int := 0;
    next int := 1;
    is_locked boolean;
    is_allowed boolean;
    uses bytea[] := array_fill(null::bytea, array[appends]);    -- what the keys of this call are used for
    known record;
    kept int := 0;                           -- rows to store under keys
    stored int;
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
            is_ours[i] := pg_try_advisory_xact_lock(4711, logs[i]);
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
    differs := array_fill(''::text, array[appends]);

    if is_ordinary then
        select array_agg(case when w.is_allowed then head[w.at] + 1 + w.upto - w.count else 0 end order by w.n)
        into start
        from (select w.*, sum(w.count) filter (where w.is_allowed) over (partition by w.at order by w.n) as upto
              from (select w.*, is_ours[w.at] and (w.expected in (-1, w.version) or w.expected = -2 and w.version > 0)
                                as is_allowed
                    from unnest(w_at, w_expected, w_count, version_before)
                         with ordinality w(at, expected, count, version, n)) w) w;
        first_position := start;
        last_position := array(select case when w.start > 0 then w.start + w.count - 1 else 0 end
                               from unnest(start, w_count) w(start, count));
        if 0 = any (start) then
            verdict := array(select case when w.start > 0 then 1 when is_ours[w.at] then 3 else 5 end
                             from unnest(start, w_at) w(start, at));
            check_failed := array(select w.verdict = 3 from unnest(verdict) w(verdict));
            culprit := array(select case when w.verdict = 5 then w.n else 0 end
                             from unnest(verdict) with ordinality w(verdict, n));
        end if;
        next := elements + 1;
    elsif has_keys then
        for a in 1 .. appends loop
            first := last + 1;
            while w_append[last + 1] = a loop
                last := last + 1;
            end loop;
            continue when a_key[a] is null;
            if a_used_for[a] is not null then
                uses[a] := sha256(convert_to(a_used_for[a], 'UTF8'));
            else
                uses[a] := (
                    select sha256(convert_to(json_agg(json_build_array(logs[w_at[i]], w_key[i], (
                               select json_agg(json_build_array(e.type, e.schema_version, e.data) order by e.n)
                               from unnest(e_type[w_start[i] : w_start[i] + w_count[i] - 1],
                                           e_schema_version[w_start[i] : w_start[i] + w_count[i] - 1],
                                           e_data[w_start[i] : w_start[i] + w_count[i] - 1])
                                    with ordinality e(type, schema_version, data, n))) order by i)::text, 'UTF8'))
                    from generate_series(first, last) i where w_count[i] > 0);
            end if;
            select k.fingerprint into known from annals.idempotency_keys k
            where k.category = a_category[a] and k.idempotency_key = a_key[a] order by k.part limit 1;
            continue when not found;
            verdict[a] := case when known.fingerprint = uses[a] then 6 else 7 end;
        end loop;
    end if;

    while next <= elements loop
        a := w_append[next];
        first := next;
        is_locked := false;
        is_allowed := true;
        while w_append[next] = a loop
            if w_previous[next] > 0 then
                version_before[next] := after[w_previous[next]];
                after[next] := version_before[next];
            end if;
            if not is_ours[w_at[next]] then
                is_locked := true;
                culprit[a] := next;
            elsif (w_expected[next] >= 0 and version_before[next] <> w_expected[next])
                  or (w_expected[next] = -2 and version_before[next] = 0) then
                check_failed[next] := true;
                is_allowed := false;
            end if;
            next := next + 1;
        end loop;
        last := next - 1;

        if is_locked then
            verdict[a] := 5;
            continue;
        end if;
        continue when verdict[a] in (6, 7);
        if a_resend[a] then
            sent := annals.find_sent(array(select logs[w.at] from unnest(w_at[first:last]) w(at)),
                w_key[first:last], w_expected[first:last], w_start[first:last], w_count[first:last], true,
                e_id, e_type, e_schema_version, e_data, e_metadata, e_occurred_at);
            if sent.verdict <> 1 then
                verdict[a] := sent.verdict;
                reused[a] := sent.reused;
                differs[a] := sent.differs;
                culprit[a] := first - 1 + sent.culprit;
                version_before[first:last] := sent.version_before;
                first_position[first:last] := sent.first_position;
                last_position[first:last] := sent.last_position;
                continue;
            end if;
        end if;
        if not is_allowed then
            verdict[a] := 3;
            continue;
        end if;

        for i in first .. last loop
            continue when w_count[i] = 0;
            start[i] := head[w_at[i]] + 1;
            head[w_at[i]] := head[w_at[i]] + w_count[i];
            after[i] := version_before[i] + w_count[i];
            first_position[i] := start[i];
            last_position[i] := head[w_at[i]];
            kept := kept + (a_key[a] is not null)::int;
        end loop;
    end loop;

    if 3 = any (verdict) then
        for a in select distinct w_append[w.element]
                 from unnest(e_element, e_id) with ordinality w(element, id, n)
                 where verdict[w_append[w.element]] = 3 and w_expected[w.element] >= 0
                       and (select e.id from annals.events e
                            where e.log = logs[w_at[w.element]] and e.key = w_key[w.element]
                                  and e.version <= w_expected[w.element] + 1 + w.n - w_start[w.element]
                            order by e.version desc limit 1) = w.id loop
            first := array_position(w_append, a);
            last := first + (select count(*)::int from unnest(w_append) w(append) where w.append = a) - 1;
            sent := annals.find_sent(array(select logs[w.at] from unnest(w_at[first:last]) w(at)),
                w_key[first:last], w_expected[first:last], w_start[first:last], w_count[first:last], false,
                e_id, e_type, e_schema_version, e_data, e_metadata, e_occurred_at);
            continue when sent.verdict = 1;
            verdict[a] := sent.verdict;
            reused[a] := sent.reused;
            differs[a] := sent.differs;
            culprit[a] := first - 1 + sent.culprit;
            version_before[first:last] := sent.version_before;
            first_position[first:last] := sent.first_position;
            last_position[first:last] := sent.last_position;
        end loop;
    end if;

    if 0 = all (start) then return; end if;
    insert into annals.events
        (position, version, recorded_at, id, log, schema_version, key, type, data, metadata, occurred_at)
    select start[e.element] + e.n - w_start[e.element], version_before[e.element] + 1 + e.n - w_start[e.element],
           moment, e.id, logs[w_at[e.element]], e.schema_version, w_key[e.element], e.type, e.data, e.metadata,
           e.occurred_at
    from unnest(e_element, e_id, e_type, e_schema_version, e_data, e_metadata, e_occurred_at)
         with ordinality e(element, id, type, schema_version, data, metadata, occurred_at, n)
    where start[e.element] > 0;

    if kept > 0 then
        insert into annals.idempotency_keys
            (category, idempotency_key, part, log, key, first_version, last_version, first_position, last_position,
             recorded_at, fingerprint)
        select a_category[w.append], a_key[w.append], row_number() over (partition by w.append order by w.n),
               logs[w.at], w.key, w.before + 1, w.before + w.count, w.start, w.start + w.count - 1, moment,
               uses[w.append]
        from unnest(w_append, w_at, w_key, w_count, version_before, start)
             with ordinality w(append, at, key, count, before, start, n)
        where w.start > 0 and a_key[w.append] is not null
        on conflict do nothing;
        get diagnostics stored = row_count;
        if stored < kept then
            raise exception 'an idempotency key was used by another append at the same moment'
                using errcode = 'serialization_failure', hint = 'Try again: the answer will be the first result.';
        end if;
    end if;
end
$$;
