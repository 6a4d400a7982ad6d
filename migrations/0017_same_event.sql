-- SPDX-License-Identifier: Apache-2.0
-- What is the same event, and the same request (docs/same-event.md): all of an event is compared, and an idempotency
-- key belongs to what it was used for. annals.append_3 takes the place of append_2 (0018_older_appends.sql).
set local role annals_owner;

-- What a key was used for; null: remembered before this was kept, then only its streams are known.
alter table annals.idempotency_keys add column fingerprint bytea;

-- Whether events that were to be appended to a stream stand there already: all of them, the same (first version and
-- positions are filled), or some, or others under their ids (reused is one of them, differs says what is not the same),
-- or none (all are null). An expectation of a version (>= 0) says where they would be; otherwise the stream's tail is
-- searched. sent_again: an id that is not where it was expected is looked for in the last 1,000 events as well.
create function annals.find_resent_2(
    in wanted_log int, in wanted_key text, in expected bigint, in sent_again boolean,
    in ids uuid[], in types text[], in schema_versions smallint[], in payloads json[], in metadata json[],
    in occurred_at timestamptz[],
    out first_version bigint, out first_position bigint, out last_position bigint, out reused uuid, out differs text)
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
        if base < 0 then return; end if;
    end if;

    select count(*) filter (where found.differs = ''), min(found.position), max(found.position),
           coalesce((array_agg(found.id order by found.n) filter (where found.differs <> ''))[1],
                    (array_agg(found.id order by found.n))[1], reused),
           (array_agg(found.differs order by found.n) filter (where found.differs <> ''))[1]
    into same, first_position, last_position, reused, differs
    from (select e.id, e.position, s.n,
                 concat_ws(', ', case when e.type <> s.type then 'type' end,
                           case when e.schema_version <> s.schema_version then 'schema version' end,
                           case when e.data::text <> s.data::text then 'data' end,
                           case when e.occurred_at is distinct from s.occurred_at then 'time of occurrence' end,
                           case when e.metadata::text <> s.metadata::text and e.metadata::jsonb <> s.metadata::jsonb
                                then 'metadata' end) as differs
          from unnest(ids, types, schema_versions, payloads, find_resent_2.metadata, find_resent_2.occurred_at)
               with ordinality s(id, type, schema_version, data, metadata, occurred_at, n)
          join annals.events e on e.log = wanted_log and e.key = wanted_key
                                  and e.version = base + s.n and e.id = s.id) found;
    if same = cardinality(ids) then
        first_version := base + 1;
        reused := null;
    elsif reused is not null then
        differs := coalesce(differs, 'other events');
    elsif sent_again then
        select found.id, 'version' into reused, differs
        from (select e.id from annals.events e where e.log = wanted_log and e.key = wanted_key
              order by e.version desc limit 1000) found
        where found.id = any (ids) limit 1;
    end if;
end
$$;

-- Whether one append was sent before. One entry a stream of it: log, key, expected version, first event in e_…, number
-- of events. sent_again: it may have been sent before although no stream that names a version has its events.
--
-- verdict: 1 no, 2 all of it was, 4 an event id was used for something else. Per stream: the version before its events
-- and their first and last position (0: none). For verdict 4 reused is the id, culprit the stream that has it, differs
-- what is not the same.
create function annals.find_sent_2(
    in logs int[], in keys text[], in expected bigint[], in starts int[], in counts int[], in sent_again boolean,
    in e_id uuid[], in e_type text[], in e_schema_version smallint[], in e_data json[], in e_metadata json[],
    in e_occurred_at timestamptz[],
    out verdict int, out version_before bigint[], out first_position bigint[], out last_position bigint[],
    out reused uuid, out culprit int, out differs text)
language plpgsql stable as $$
declare
    is_marked constant boolean := sent_again;
    sent record;
    last int;
    present int := 0;
    written int := 0;
begin
    verdict := 1;
    culprit := 0;
    differs := '';
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
            sent := annals.find_resent_2(logs[i], keys[i], expected[i], is_marked, e_id[starts[i]:last],
                                         e_type[starts[i]:last], e_schema_version[starts[i]:last],
                                         e_data[starts[i]:last], e_metadata[starts[i]:last],
                                         e_occurred_at[starts[i]:last]);
            if sent.reused is not null and (verdict <> 4 or i < culprit) then
                verdict := 4;
                reused := sent.reused;
                culprit := i;
                differs := sent.differs;
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
        differs := 'other events';
    end if;
end
$$;

-- Many appends in one call, each all or nothing, each with a verdict; none spoils another.
--
-- An append has elements (w_…), one for each of its streams; an element has events (e_…). Elements stand in the order of
-- their appends, events in the order of their elements. Per element: w_append its append, w_at its log's place in
-- `logs`, w_expected a version, -1 any or -2 exists, w_start its first event, w_count their number (0: only a check),
-- w_previous an earlier element of this call for the same stream, or 0. a_resend: the append may have been sent before.
-- a_category, a_key and a_used_for: idempotency keys and what they are used for (null: the content of the append), null
-- where there is none; empty arrays when no append has one. No two appends of a call have a key or an event id in
-- common. Kept with a key is a hash of what it is used for: of that text, or of what the append stores but for ids, times
-- and metadata.
--
-- The locks are taken in a statement before the last positions and versions are read, because the snapshot must be
-- younger than the locks; they are held to the commit, so that position order is commit order and a rollback leaves no
-- hole. Patient: waits for locks. Impatient: the appends to a log that somebody holds are busy.
--
-- verdict: 1 appended, 2 duplicate, 3 conflict, 4 event id reused, 5 busy, 6 the idempotency key is known, 7 it was used
-- for something else. Per element: the version before it, its first and last position (0: none), whether its check
-- failed. reused, differs: the id for verdict 4 and what is not the same; culprit: the element that verdict 4 or 5 is
-- about. What is refused is looked for among what was sent before only where one of its ids stands at its place, which
-- one statement finds for all of the call. SQLSTATE 40001: a key was used at the same moment; the call can be repeated.
create function annals.append_3(
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
    last int := 0;
    next int := 1;
    is_busy boolean;
    is_allowed boolean;
    uses bytea[] := array_fill(null::bytea, array[appends]);    -- what the keys of this call are used for
    known record;
    kept int := 0;                           -- rows that are to be kept under keys
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
    differs := array_fill(''::text, array[appends]);

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
            select k.log, k.key, k.fingerprint into known from annals.idempotency_keys k
            where k.category = a_category[a] and k.idempotency_key = a_key[a] order by k.part limit 1;
            continue when not found;
            -- Of a key that was kept without its use only the streams are known.
            verdict[a] := case when known.fingerprint = uses[a]
                                    or known.fingerprint is null
                                       and (known.log, known.key) = (select logs[w_at[i]], w_key[i]
                                                                     from generate_series(first, last) i
                                                                     where w_count[i] > 0 order by i limit 1)
                               then 6 else 7 end;
        end loop;
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
        continue when verdict[a] in (6, 7);
        if a_resend[a] then
            sent := annals.find_sent_2(array(select logs[w.at] from unnest(w_at[first:last]) w(at)),
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
            sent := annals.find_sent_2(array(select logs[w.at] from unnest(w_at[first:last]) w(at)),
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

revoke execute on function annals.find_resent_2, annals.find_sent_2, annals.append_3 from public;
grant execute on function annals.find_resent_2, annals.find_sent_2, annals.append_3 to annals_writer;
