-- SPDX-License-Identifier: Apache-2.0
-- Appending, second form: many ordinary appends are judged at once, and conflicts cost next to nothing. The contract is
-- that of annals.append_1 (0007_append.sql), which stays for programs that know no other.
set local role annals_owner;

-- Whether one append was sent before. One entry a stream of it: log, key, expected version, first event in e_…, number
-- of events. sent_again: it may have been sent before although no stream that names a version has its events.
--
-- verdict: 1 no, 2 all of it was, 4 an event id was used for something else. Per stream: the version before its events
-- and their first and last position (0: none). reused: the id for verdict 4; culprit: the stream that has it.
create function annals.find_sent_1(
    in logs int[], in keys text[], in expected bigint[], in starts int[], in counts int[], in sent_again boolean,
    in e_id uuid[], in e_type text[], in e_schema_version smallint[], in e_data json[],
    out verdict int, out version_before bigint[], out first_position bigint[], out last_position bigint[],
    out reused uuid, out culprit int)
language plpgsql stable as $$
declare
    sent record;
    last int;
    present int := 0;
    written int := 0;
begin
    verdict := 1;
    culprit := 0;
    reused := '00000000-0000-0000-0000-000000000000';
    version_before := array_fill(0::bigint, array[cardinality(logs)]);
    first_position := version_before;
    last_position := version_before;
    -- Where a stream that names a version was sent before, so were the others: then all are searched for.
    for names_version in reverse 1 .. 0 loop
        for i in 1 .. cardinality(logs) loop
            continue when counts[i] = 0 or (expected[i] >= 0) <> (names_version = 1);
            written := written + 1;
            continue when expected[i] < 0 and not sent_again;
            last := starts[i] + counts[i] - 1;
            sent := annals.find_resent_1(logs[i], keys[i], expected[i], e_id[starts[i]:last], e_type[starts[i]:last],
                                         e_schema_version[starts[i]:last], e_data[starts[i]:last]);
            if sent.reused is not null and (verdict <> 4 or i < culprit) then
                verdict := 4;
                reused := sent.reused;
                culprit := i;
            elsif sent.first_version is not null then
                sent_again := true;
                present := present + 1;
                version_before[i] := sent.first_version - 1;
                first_position[i] := sent.first_position;
                last_position[i] := sent.last_position;
                if verdict <> 4 and (culprit = 0 or i < culprit) then
                    reused := e_id[starts[i]];
                    culprit := i;
                end if;
            end if;
        end loop;
    end loop;
    if verdict <> 4 and present > 0 then
        verdict := case when present = written then 2 else 4 end;
    end if;
end
$$;

-- Parameters and verdicts as in annals.append_1. What is refused is looked for among what was sent before only where
-- one of its ids stands at its place, which one statement finds for all of the call.
create function annals.append_2(
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
    -- Each append writes to one stream that no other writes to, and none is sent again: no verdict depends on another.
    -- With fewer appends the loop is as fast.
    is_ordinary constant boolean := appends >= 12 and elements = appends and not has_keys
                                    and true <> all (a_resend) and 0 = all (w_previous) and 0 <> all (w_count);
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

    if is_ordinary then
        select array_agg(case when w.is_allowed then head[w.at] + 1 + w.upto - w.count else 0 end order by w.n)
        into start
        from (select w.*, sum(w.count) filter (where w.is_allowed) over (partition by w.at order by w.n) as upto
              from (select w.*, held[w.at] and (w.expected in (-1, w.version) or w.expected = -2 and w.version > 0)
                                as is_allowed
                    from unnest(w_at, w_expected, w_count, version_before)
                         with ordinality w(at, expected, count, version, n)) w) w;
        first_position := start;
        last_position := array(select case when w.start > 0 then w.start + w.count - 1 else 0 end
                               from unnest(start, w_count) w(start, count));
        if 0 = any (start) then
            verdict := array(select case when w.start > 0 then 1 when held[w.at] then 3 else 5 end
                             from unnest(start, w_at) w(start, at));
            check_failed := array(select w.verdict = 3 from unnest(verdict) w(verdict));
            culprit := array(select case when w.verdict = 5 then w.n else 0 end
                             from unnest(verdict) with ordinality w(verdict, n));
        end if;
        next := elements + 1;
    elsif has_keys then
        verdict := array(select case when exists (select from annals.idempotency_keys k
                                                  where k.category = w.category and k.idempotency_key = w.key)
                                     then 6 else 1 end
                         from unnest(a_category, a_key) w(category, key));
    end if;

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
        last := next - 1;

        if is_busy then
            verdict[a] := 5;
            continue;
        end if;
        continue when verdict[a] = 6;
        if a_resend[a] then
            sent := annals.find_sent_1(array(select logs[w.at] from unnest(w_at[first:last]) w(at)),
                w_key[first:last], w_expected[first:last], w_start[first:last], w_count[first:last], true,
                e_id, e_type, e_schema_version, e_data);
            if sent.verdict <> 1 then
                verdict[a] := sent.verdict;
                reused[a] := sent.reused;
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
            sent := annals.find_sent_1(array(select logs[w.at] from unnest(w_at[first:last]) w(at)),
                w_key[first:last], w_expected[first:last], w_start[first:last], w_count[first:last], false,
                e_id, e_type, e_schema_version, e_data);
            continue when sent.verdict = 1;
            verdict[a] := sent.verdict;
            reused[a] := sent.reused;
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

    if has_keys then
        insert into annals.idempotency_keys
        select a_category[w_append[i]], a_key[w_append[i]], i, logs[w_at[i]], w_key[i], version_before[i] + 1,
               version_before[i] + w_count[i], first_position[i], last_position[i], moment
        from generate_series(1, elements) i
        where start[i] > 0 and a_key[w_append[i]] is not null;
    end if;
end
$$;

revoke execute on function annals.find_sent_1, annals.append_2 from public;
grant execute on function annals.find_sent_1, annals.append_2 to annals_writer;

-- Other clients' function does the same with what is new.
do $$
begin
    execute replace(pg_get_functiondef('annals.append'::regproc), 'annals.append_1(', 'annals.append_2(');
end
$$;
