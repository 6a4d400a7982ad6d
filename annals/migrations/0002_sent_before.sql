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

-- Whether the events of an append are in the stream already. All of them and the same: first version and positions
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
          from unnest(ids, types, schema_versions, payloads, find_resent.metadata, find_resent.occurred_at)
               with ordinality s(id, type, schema_version, data, metadata, occurred_at, n)
          cross join lateral (select e.* from annals.events e
                              where e.log = wanted_log and e.key = wanted_key and e.version = base + s.n
                              order by e.version limit 1) e
          where e.id = s.id) found;
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

-- Whether one append was sent before. One entry per stream of it: log, key, expected version, first event in e_…,
-- number of events. sent_again: it may have been sent before although no stream that names a version has its events.
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
begin
    verdict := 1;
    culprit := 0;
    differs := '';
    reused := '00000000-0000-0000-0000-000000000000';
    version_before := array_fill(0::bigint, array[cardinality(logs)]);
    first_position := version_before;
    last_position := version_before;
    -- If a stream that names a version was sent before, so were the others: then all are searched for.
    for names_version in reverse 1 .. 0 loop
        for i in 1 .. cardinality(logs) loop
            continue when counts[i] = 0 or (expected[i] >= 0) <> (names_version = 1);
            written := written + 1;
            continue when expected[i] < 0 and not sent_again;
            last := starts[i] + counts[i] - 1;
            sent := annals.find_resent(logs[i], keys[i], expected[i], is_marked, e_id[starts[i]:last],
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
