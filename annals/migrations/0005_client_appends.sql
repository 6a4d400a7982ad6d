-- SPDX-License-Identifier: Apache-2.0
-- Appending for clients without the library, to one stream, or to several with checks on others; see docs/reference/sql-api.md.
-- LG001: the category has another number of partitions. LG002: a limit or a rule is broken. LG003: a conflict. LG004:
-- an event id was used before. LG005: an idempotency key was used before, for something else. DETAIL holds the facts
-- for programs, as JSON.
set local role annals_owner;

-- A new id of version 7 (RFC 9562): milliseconds, then random bits.
create function annals.new_id() returns uuid
language sql volatile set search_path = pg_catalog, pg_temp as $$
    select (lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
            || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;

-- What an append did to a stream. token: what a read can wait for. duplicate: it was there already; nothing was
-- added.
create type annals.appended_stream as (
    category text, key text, first_version bigint, last_version bigint, token text, duplicate boolean,
    first_position bigint, last_position bigint, event_ids uuid[]);

-- Appends events to streams, all or none. counts[n] events belong to the stream n, in the order of the streams; 0 for
-- a stream that is only checked. expected: a version (0: no stream yet), -1 any, -2 the stream exists. Returns one
-- row for each stream that has events. All arrays begin at 1.
create function annals.append_events(
    categories text[], keys text[], expected bigint[], counts int[], types text[], data json[], metadata json[],
    ids uuid[], schema_versions int[], occurred_at timestamptz[], idempotency_key text, resend boolean,
    announce boolean)
returns setof annals.appended_stream language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    events constant int := cardinality(types);
    streams constant int := cardinality(keys);
    keys_used constant text[] := case when idempotency_key is null then '{}' else array[idempotency_key] end;
    missing text;
    partitions int[];
    numbers int[];                           -- of the streams' logs
    logs int[];                              -- the same, each once, ascending
    places int[];
    starts int[] := '{}';
    streams_of_events int[];
    prefix text;                             -- of new ids
    i int;
    its record;
    call record;
    done annals.appended_stream;
begin
    for i in 1 .. streams loop
        perform annals.check_name(keys[i], 'the key');
        if expected[i] is null or expected[i] < -2 then
            perform annals.refuse('an expected version is a version, -1 (any) or -2 (exists)');
        end if;
        expected[i] := least(expected[i], 4611686018427387904);
    end loop;
    if idempotency_key is not null then
        perform annals.check_name(idempotency_key, 'the idempotency key');
    end if;
    perform annals.check_events(types, data, metadata, ids, schema_versions, occurred_at);

    while cardinality(starts) < streams loop
        i := cardinality(starts) + 1;
        select l.partition, l.log into its
        from annals.categories c
        join annals.logs l on l.tenant = '' and l.category = c.name
                              and l.partition = annals.partition_of(keys[i], c.partitions)
        where c.name = categories[i];
        if not found then
            -- By name, so that two appends cannot deadlock.
            for missing in select distinct s.category from unnest(categories) s(category)
                           where not exists (select from annals.categories c where c.name = s.category) order by 1 loop
                perform annals.ensure_category(missing);
            end loop;
            continue;
        end if;
        partitions[i] := its.partition;
        numbers[i] := its.log;
        starts[i] := coalesce(starts[i - 1] + counts[i - 1], 1);
        streams_of_events := streams_of_events || array_fill(i, array[counts[i]]);
    end loop;
    logs := case when streams = 1 then numbers else array(select distinct n from unnest(numbers) n order by n) end;
    for i in 1 .. streams loop
        places[i] := array_position(logs, numbers[i]);
    end loop;
    if ids is null then
        prefix := lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0');
        prefix := left(prefix, 8) || '-' || right(prefix, 4) || '-7';
        for n in 1 .. events loop
            ids[n] := (prefix || substr(gen_random_uuid()::text, 16))::uuid;
        end loop;
    end if;

    -- One stream that is as expected: the lock, then one statement. Otherwise annals.append_many finds out what it
    -- is.
    call := null;
    if streams = 1 and idempotency_key is null and not coalesce(resend, false)
       and current_setting('transaction_isolation') = 'read committed'
       and current_setting('synchronous_commit') <> 'off' then
        perform pg_advisory_xact_lock(4711, logs[1]);
        with inserted as (
            insert into annals.events
                (position, version, recorded_at, id, log, schema_version, key, type, data, metadata, occurred_at)
            select base.position + e.n, base.version + e.n, base.moment, e.id, logs[1], coalesce(e.schema_version, 1),
                   keys[1], e.type, e.data, coalesce(e.metadata, '{}'), e.occurred_at
            from (select coalesce(last.position, 0) as position, stream.version,
                         greatest(clock_timestamp(), last.recorded_at) as moment
                  from (select coalesce((select e.version from annals.events e where e.log = logs[1] and e.key = keys[1]
                                         order by e.version desc limit 1), 0) as version offset 0) stream
                  left join lateral (select e.position, e.recorded_at from annals.events e where e.log = logs[1]
                                     order by e.position desc limit 1) last on true
                  where expected[1] in (-1, stream.version) or expected[1] = -2 and stream.version > 0
                  offset 0) base,
                 unnest(ids, types, schema_versions, data, metadata, occurred_at)
                     with ordinality e(id, type, schema_version, data, metadata, occurred_at, n)
            returning version, position)
        select array[1] as verdict, array[min(version) - 1] as version_before, array[min(position)] as first_position,
               array[max(position)] as last_position
        into call from inserted having count(*) > 0;
    end if;
    if call is null then
        call := annals.append_many(
            true, logs, array[coalesce(resend, false)], categories[1 : cardinality(keys_used)], keys_used,
            array_fill(null::text, array[cardinality(keys_used)]), array_fill(1, array[streams]), places, keys,
            expected, starts, counts, array_fill(0, array[streams]), streams_of_events, ids, types,
            coalesce(schema_versions, array_fill(1, array[events]))::smallint[], data,
            coalesce(metadata, array_fill('{}'::json, array[events])),
            coalesce(occurred_at, array_fill(null::timestamptz, array[events])));
    end if;

    if call.verdict[1] in (1, 2) then
        if announce and call.verdict[1] = 1 then
            perform pg_notify('annals_log', '');
        end if;
        for i in 1 .. streams loop
            continue when counts[i] = 0;
            done.category := categories[i];
            done.key := keys[i];
            done.first_version := call.version_before[i] + 1;
            done.last_version := call.version_before[i] + counts[i];
            done.token := format('%s/%s@%s', categories[i], partitions[i], call.last_position[i]);
            done.duplicate := call.verdict[1] = 2;
            done.first_position := call.first_position[i];
            done.last_position := call.last_position[i];
            done.event_ids := ids[starts[i] : starts[i] + counts[i] - 1];
            return next done;
        end loop;
    elsif call.verdict[1] = 6 then
        return query
        select l.category, k.key, k.first_version, k.last_version,
               format('%s/%s@%s', l.category, l.partition, k.last_position), true, k.first_position, k.last_position,
               array(select e.id from annals.events e
                     where e.log = k.log and e.key = k.key and e.version between k.first_version and k.last_version
                     order by e.version limit 1000)
        from annals.idempotency_keys k join annals.logs l on l.log = k.log
        where k.category = categories[1] and k.idempotency_key = append_events.idempotency_key order by k.part;
    else
        perform annals.refuse_append(categories, keys, expected, idempotency_key, call.verdict[1], call.version_before,
                                     call.check_failed, call.reused[1], call.culprit[1], call.differs[1]);
    end if;
end
$$;

-- Raises the error of an append that was refused. DETAIL is an object about the first stream that was not as
-- expected; `also` holds one for each other such stream.
create function annals.refuse_append(
    categories text[], keys text[], expected bigint[], idempotency_key text, verdict int, version_before bigint[],
    check_failed boolean[], reused uuid, culprit int, differs text)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    at int := case when verdict = 3 then array_position(check_failed, true) else culprit end;
    failed json[];
    used record;
begin
    if verdict = 3 then
        select array_agg(json_build_object('category', s.category, 'key', s.key, 'version', s.version,
                                           'expected_version', s.expected) order by s.n) into failed
        from unnest(categories, keys, version_before, expected, check_failed)
             with ordinality s(category, key, version, expected, failed, n) where s.failed;
        raise exception 'conflict: %-% is at version %', categories[at], keys[at], version_before[at]
            using errcode = 'LG003', hint = 'Read the stream, decide again, and expect the version that it has now.',
                detail = case when cardinality(failed) = 1 then failed[1]::text
                              else rtrim(failed[1]::text, '}') || ', "also" : ' || array_to_json(failed[2:]) || '}' end;
    elsif verdict = 4 then
        raise exception 'event id % was used in %-% already, and this differs: %', reused, categories[at], keys[at],
                differs
            using errcode = 'LG004', hint = 'A new event needs a new id.',
                detail = json_build_object('category', categories[at], 'key', keys[at], 'event_id', reused,
                                           'differs', differs);
    end if;
    select l.category, k.key, k.first_version into used
    from annals.idempotency_keys k join annals.logs l on l.log = k.log
    where k.category = categories[1] and k.idempotency_key = refuse_append.idempotency_key order by k.part limit 1;
    raise exception 'the idempotency key "%" was used for another request already: %-% version %', idempotency_key,
            used.category, used.key, used.first_version
        using errcode = 'LG005', hint = 'A new request needs a new key.',
            detail = json_build_object('category', used.category, 'key', used.key, 'version', used.first_version,
                                       'idempotency_key', idempotency_key);
end
$$;

-- Appends events to one stream, all or none. Sent again with the same ids, it returns the first result, marked
-- duplicate (set resend when no version is expected).
--
--   select * from annals.append('sample', 'S-1', array['sample.created'], array['{"barcode": "B-7"}'], 0);
create function annals.append(
    category text, key text, types text[], data anycompatible,
    expected_version bigint default -1,      -- 0: no stream yet, -1: any, -2: the stream exists
    metadata anycompatible default null, ids uuid[] default null, schema_versions int[] default null,
    occurred_at timestamptz[] default null, idempotency_key text default null, resend boolean default false,
    announce boolean default false,          -- wakes those that LISTEN to annals_log; such commits wait for each other
    out first_version bigint, out last_version bigint, out token text, out duplicate boolean,
    out first_position bigint, out last_position bigint, out event_ids uuid[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    payloads constant json[] := annals.documents(data, 'data');
    notes constant json[] := annals.documents(metadata, 'metadata');
begin
    if num_nulls(category, key, types, payloads) > 0 then
        perform annals.check_given('category', category), annals.check_given('key', key),
                annals.check_given('types', types), annals.check_given('data', payloads);
    end if;
    perform annals.check_lengths(types, payloads, notes, ids, schema_versions, occurred_at);
    select s.first_version, s.last_version, s.token, s.duplicate, s.first_position, s.last_position, s.event_ids
    into first_version, last_version, token, duplicate, first_position, last_position, event_ids
    from annals.append_events(array[category], array[key], array[expected_version], array[cardinality(types)],
                              types[:], payloads[:], notes[:], ids[:], schema_versions[:], occurred_at[:],
                              idempotency_key, resend, announce) s;
end
$$;

-- Appends events to several streams, all or none. An event goes to the stream that `categories` and `keys` name for
-- it; a stream's events keep the order of the arrays. The expected versions have arrays of their own, also for
-- streams that are only checked; a stream without one may be at any version. Returns one row for each stream that is
-- written, in the order in which they are named. Two such appends cannot deadlock: their locks are sorted.
create function annals.append_streams(
    categories text[], keys text[], types text[], data anycompatible,
    expected_categories text[] default '{}', expected_keys text[] default '{}', expected_versions bigint[] default '{}',
    metadata anycompatible default null, ids uuid[] default null, schema_versions int[] default null,
    occurred_at timestamptz[] default null, idempotency_key text default null, resend boolean default false,
    announce boolean default false)
returns setof annals.appended_stream language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    payloads json[] := annals.documents(data, 'data');
    notes json[] := annals.documents(metadata, 'metadata');
    events constant int := coalesce(cardinality(types), 0);
    streams record;
begin
    if num_nulls(categories, keys, types, payloads) > 0 then
        perform annals.check_given('categories', categories), annals.check_given('keys', keys),
                annals.check_given('types', types), annals.check_given('data', payloads);
    end if;
    perform annals.check_lengths(types, payloads, notes, ids, schema_versions, occurred_at);
    expected_versions := coalesce(expected_versions, '{}');
    if events <> any (array[coalesce(cardinality(categories), 0), coalesce(cardinality(keys), 0)]) then
        perform annals.refuse('categories and keys have an element for each event, the stream that it goes to');
    elsif cardinality(expected_versions) <> any (array[coalesce(cardinality(expected_categories), 0),
                                                       coalesce(cardinality(expected_keys), 0)]) then
        perform annals.refuse('expected_categories, expected_keys and expected_versions do not have the same length');
    elsif cardinality(expected_versions) > 1000 then
        perform annals.refuse(format('%s expected versions; the limit is 1000', cardinality(expected_versions)));
    end if;

    with named as (
        select e.category, e.key, e.n, null::bigint as expected, true as is_event
        from unnest(categories, keys) with ordinality e(category, key, n)
        union all
        select e.category, e.key, events + e.n, coalesce(e.version, -3), false
        from unnest(expected_categories, expected_keys, expected_versions) with ordinality e(category, key, version, n)
    ), stream as (
        select category, key, min(n) as first, count(*) filter (where is_event)::int as events,
               coalesce(min(expected), -1) as expected, count(expected) > 1 as has_two
        from named group by category, key
    )
    select array_agg(s.category order by s.first) as categories, array_agg(s.key order by s.first) as keys,
           array_agg(s.expected order by s.first) as expected, array_agg(s.events order by s.first) as counts,
           max(format('%s-%s', s.category, s.key)) filter (where s.has_two) as repeated,
           -- The events in the order of their streams.
           array(select n.n from named n join stream s using (category, key)
                 where n.is_event order by s.first, n.n) as events
    into streams
    from stream s;
    if streams.repeated is not null then
        perform annals.refuse(format('%s has two expected versions', streams.repeated));
    end if;

    -- Lower bounds other than 1 are cut off, then the events are put in order.
    types := types[:];
    payloads := payloads[:];
    notes := notes[:];
    ids := ids[:];
    schema_versions := schema_versions[:];
    occurred_at := occurred_at[:];
    return query select * from annals.append_events(
        streams.categories, streams.keys, streams.expected, streams.counts,
        array(select types[n] from unnest(streams.events) n), array(select payloads[n] from unnest(streams.events) n),
        case when notes is not null then array(select notes[n] from unnest(streams.events) n) end,
        case when ids is not null then array(select ids[n] from unnest(streams.events) n) end,
        case when schema_versions is not null then array(select schema_versions[n] from unnest(streams.events) n) end,
        case when occurred_at is not null then array(select occurred_at[n] from unnest(streams.events) n) end,
        idempotency_key, resend, announce);
end
$$;
