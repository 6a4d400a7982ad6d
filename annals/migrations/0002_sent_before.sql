-- SPDX-License-Identifier: Apache-2.0
-- What was appended before: a request that is sent again gets its answer and is not stored twice
-- (docs/reference/same-event.md).
set local role annals_owner;

-- Ids of version 7 hold the millisecond in which they were made; their events cannot have been recorded long before.
create function annals.recorded_not_before(ids uuid[]) returns timestamptz
language sql immutable parallel safe as $$
    select case when every(substr(id::text, 15, 1) = '7')
                then to_timestamp(min(('x' || substr(id::text, 1, 8) || substr(id::text, 10, 4))::bit(48)::bigint)
                                  / 1000.0) - interval '10 minutes'
                else '-infinity' end
    from unnest(ids) id
$$;

-- Of streams and the versions before the events that are meant for them (below 0: not known): those in which at least
-- one of these events is at its place. is_whole: all of them are, and the same. Otherwise reused is an id that is there,
-- and differs says what differs, null when only other events are missing. The events of the streams follow each other;
-- starts: the first one of each.
create function annals.find_at_versions(
    in logs int[], in keys text[], in bases bigint[], in starts int[], in counts int[],
    in ids uuid[], in types text[], in schema_versions smallint[], in payloads json[], in metadata json[],
    in occurred_at timestamptz[],
    out stream int, out is_whole boolean, out first_position bigint, out last_position bigint, out reused uuid,
    out differs text)
returns setof record
language plpgsql stable set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off as $$
declare
    owners int[];                            -- the stream of each event, and its version there
    versions bigint[];
    first int;
    last int;
begin
    select array_agg(w.n::int order by w.n, k), array_agg(case when w.base >= 0 then w.base + k end order by w.n, k),
           min(w.start), max(w.start + w.count - 1)
    into owners, versions, first, last
    from unnest(bases, starts, counts) with ordinality w(base, start, count, n)
    cross join lateral generate_series(1, w.count) k;

    return query
    select found.stream, count(*) filter (where found.differs = '') = counts[found.stream], min(found.position),
           max(found.position),
           coalesce((array_agg(found.id order by found.n) filter (where found.differs <> ''))[1],
                    (array_agg(found.id order by found.n))[1]),
           (array_agg(found.differs order by found.n) filter (where found.differs <> ''))[1]
    from (select s.stream, s.n, e.id, e.position,
                 concat_ws(', ', case when e.type <> s.type then 'type' end,
                           case when e.schema_version <> s.schema_version then 'schema version' end,
                           case when e.data::text <> s.data::text then 'data' end,
                           case when e.occurred_at is distinct from s.occurred_at then 'time of occurrence' end,
                           case when e.metadata::text <> s.metadata::text and e.metadata::jsonb <> s.metadata::jsonb
                                then 'metadata' end) as differs
          from unnest(owners, versions, ids[first:last], types[first:last], schema_versions[first:last],
                      payloads[first:last], find_at_versions.metadata[first:last],
                      find_at_versions.occurred_at[first:last])
               with ordinality s(stream, version, id, type, schema_version, data, metadata, occurred_at, n)
          cross join lateral (select e.* from annals.events e
                              where e.log = logs[s.stream] and e.key = keys[s.stream] and e.version = s.version
                              order by e.version limit 1) e
          where e.id = s.id) found
    group by found.stream order by found.stream;
end
$$;

-- Whether the events of an append are in one stream already. All of them and the same: first version and positions
-- are filled. Only some, or others under their ids: reused is one such id, differs says what differs. None: all are
-- null. An expected version (>= 0) says where they would be; otherwise the end of the stream is searched. sent_again:
-- an id that is not where it was expected is also looked for in the last 1,000 events.
create function annals.find_resent(
    in wanted_log int, in wanted_key text, in expected bigint, in sent_again boolean,
    in ids uuid[], in types text[], in schema_versions smallint[], in payloads json[], in metadata json[],
    in occurred_at timestamptz[],
    out first_version bigint, out first_position bigint, out last_position bigint, out reused uuid, out differs text)
language plpgsql stable set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
    since timestamptz;
    stored record;
    base bigint := expected;
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

    select * into stored from annals.find_at_versions(array[wanted_log], array[wanted_key], array[base], array[1],
                                                      array[cardinality(ids)], ids, types, schema_versions, payloads,
                                                      metadata, occurred_at);
    if stored.is_whole then
        first_version := base + 1;
        first_position := stored.first_position;
        last_position := stored.last_position;
        reused := null;
        return;
    end if;
    reused := coalesce(stored.reused, reused);
    if reused is not null then
        differs := coalesce(stored.differs, 'other events');
    elsif sent_again then
        select found.id, 'version' into reused, differs
        from (select e.id from annals.events e where e.log = wanted_log and e.key = wanted_key
              order by e.version desc limit 1000) found
        where found.id = any (ids) limit 1;
    end if;
end
$$;

-- Whether one append was sent before. One entry per stream of it: log, key, expected version, first event in e_…,
-- number of events. The events of the streams follow each other. sent_again: it may have been sent before although no
-- stream that names a version has its events.
--
-- verdict: 1 no, 2 all of it was, 4 an event id was used for something else. Per stream: the version before its
-- events, and their first and last position (0: none). For verdict 4 reused is the id, culprit the stream that has
-- it, and differs says what differs.
create function annals.find_sent(
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
    is_found boolean[] := array_fill(false, array[cardinality(logs)]);
begin
    verdict := 1;
    culprit := 0;
    differs := '';
    reused := '00000000-0000-0000-0000-000000000000';
    version_before := array_fill(0::bigint, array[cardinality(logs)]);
    first_position := version_before;
    last_position := version_before;
    -- The streams that name a version: one statement for all of them, and none where no stream does.
    if 0 <= any (expected) then
        for sent in select * from annals.find_at_versions(logs, keys, expected, starts, counts, e_id, e_type,
                                                          e_schema_version, e_data, e_metadata, e_occurred_at) loop
            is_found[sent.stream] := true;
            if sent.is_whole then
                sent_again := true;
                present := present + 1;
                version_before[sent.stream] := expected[sent.stream];
                first_position[sent.stream] := sent.first_position;
                last_position[sent.stream] := sent.last_position;
                if culprit = 0 then
                    reused := sent.reused;
                    culprit := sent.stream;
                end if;
            elsif verdict <> 4 then
                verdict := 4;
                reused := sent.reused;
                culprit := sent.stream;
                differs := coalesce(sent.differs, 'other events');
            end if;
        end loop;
    end if;
    -- If one of them was sent before, so were the streams that name none: then these are searched for.
    for i in 1 .. cardinality(logs) loop
        continue when counts[i] = 0;
        written := written + 1;
        continue when is_found[i] or not (is_marked or expected[i] < 0 and sent_again);
        last := starts[i] + counts[i] - 1;
        sent := annals.find_resent(logs[i], keys[i], expected[i], is_marked, e_id[starts[i]:last],
                                   e_type[starts[i]:last], e_schema_version[starts[i]:last], e_data[starts[i]:last],
                                   e_metadata[starts[i]:last], e_occurred_at[starts[i]:last]);
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
    if verdict <> 4 and present > 0 then
        verdict := case when present = written then 2 else 4 end;
        differs := 'other events';
    end if;
end
$$;
