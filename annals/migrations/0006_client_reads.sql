-- SPDX-License-Identifier: Apache-2.0
-- Reads for clients without the library; see docs/reference/sql-api.md.
--
-- Every read takes bounds (`after` excludes events at it or below, `upto` those above) and the most events to return;
-- `after => null` is the beginning. Forwards it begins after `after`, backwards at `upto`.
--
-- Every read follows an index, whatever the planner knows, and its cost does not grow with the table:
-- tests/eventstore/postgres/plans_test.cpp. A join of a few rows with the events is written as a look-up for each row
-- with its own limit (`lateral … limit`): the planner has no other plan for it. `jit` is off: the planner expects
-- many rows of a function, and compiling for them costs more than the read.
set local role annals_owner;

create type annals.recorded_event as (
    category text,
    key text,
    version bigint,
    partition int,
    position bigint,
    id uuid,
    type text,
    schema_version smallint,
    data json,                               -- the text that was appended
    metadata json,                           -- the text that was appended
    occurred_at timestamptz,
    recorded_at timestamptz
);

-- Raises LG002 for a number of events that a read cannot return.
create function annals.check_batch(events_max int) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if events_max is null or events_max not between 1 and 10000 then
        perform annals.refuse(format('events_max is 1 to 10000, not %s', coalesce(events_max::text, 'null')));
    end if;
end
$$;

-- The events of a stream in the order of their versions; none for a stream that does not exist.
create function annals.read_stream(
    category text, key text, after bigint default 0, upto bigint default null, events_max int default 1000,
    backwards boolean default false)
returns setof annals.recorded_event language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off
set jit = off as $$
declare
    its record;
    first constant bigint := coalesce(after, 0);
    last constant bigint := coalesce(upto, 9223372036854775807);
begin
    perform annals.check_given('category', category), annals.check_given('key', key),
            annals.check_batch(events_max);
    select l.log, l.partition into its
    from annals.categories c join annals.logs l
         on l.tenant = '' and l.category = c.name and l.partition = annals.partition_of(read_stream.key, c.partitions)
    where c.name = read_stream.category;
    if backwards then
        return query
        select read_stream.category, e.key, e.version, its.partition, e.position, e.id, e.type, e.schema_version, e.data,
               e.metadata, e.occurred_at, e.recorded_at
        from annals.events e
        where e.log = its.log and e.key = read_stream.key and e.version > first and e.version <= last
        order by e.version desc limit events_max;
    else
        return query
        select read_stream.category, e.key, e.version, its.partition, e.position, e.id, e.type, e.schema_version, e.data,
               e.metadata, e.occurred_at, e.recorded_at
        from annals.events e
        where e.log = its.log and e.key = read_stream.key and e.version > first and e.version <= last
        order by e.version limit events_max;
    end if;
end
$$;

-- The events of one log in the order of their positions, without gaps.
create function annals.read_log(
    category text, partition int, after bigint default 0, upto bigint default null, events_max int default 1000,
    backwards boolean default false)
returns setof annals.recorded_event language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off
set jit = off as $$
declare
    its_log int;
    first constant bigint := coalesce(after, 0);
    last constant bigint := coalesce(upto, 9223372036854775807);
begin
    perform annals.check_given('category', category), annals.check_given('partition', partition),
            annals.check_batch(events_max);
    select l.log into its_log from annals.logs l
    where l.tenant = '' and l.category = read_log.category and l.partition = read_log.partition;
    if backwards then
        return query
        select read_log.category, e.key, e.version, read_log.partition, e.position, e.id, e.type, e.schema_version,
               e.data, e.metadata, e.occurred_at, e.recorded_at
        from annals.events e where e.log = its_log and e.position > first and e.position <= last
        order by e.position desc limit events_max;
    else
        return query
        select read_log.category, e.key, e.version, read_log.partition, e.position, e.id, e.type, e.schema_version,
               e.data, e.metadata, e.occurred_at, e.recorded_at
        from annals.events e where e.log = its_log and e.position > first and e.position <= last
        order by e.position limit events_max;
    end if;
end
$$;

-- The part of each log that read_category returns: the positions above `low` and up to `high`. When a log has more
-- events after its part, it limits the others: their later events must wait for the rest of it.
create function annals.category_page(
    wanted text, after bigint[], upto bigint[], events_max int, backwards boolean, member int, members int,
    out log int, out partition int, out low bigint, out high bigint, out edge_at timestamptz, out edge_partition int)
returns setof record language sql stable rows 8
set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off as $$
    with mine as (
        select l.log, l.partition, greatest(after[l.partition + 1], 0) as low,
               least(upto[l.partition + 1], coalesce((select e.position from annals.events e where e.log = l.log
                                                      order by e.position desc limit 1), 0)) as high,
               greatest(events_max / count(*) over (), 1) as events
        from annals.logs l where l.tenant = '' and l.category = wanted and l.partition % members = member
    ), page as (
        select log, partition, high - low > events as goes_on,
               case when backwards then greatest(low, high - events) else low end as low,
               case when backwards then high else least(high, low + events) end as high
        from mine where high > low
    ), edge as (
        select e.recorded_at, p.partition
        from page p cross join lateral (select e.recorded_at from annals.events e
                                        where e.log = p.log
                                              and e.position = case when backwards then p.low + 1 else p.high end
                                        order by e.position limit 1) e
        where p.goes_on
        order by case when backwards then e.recorded_at end desc, case when backwards then p.partition end desc,
                 e.recorded_at, p.partition
        limit 1
    )
    select p.log, p.partition, p.low, p.high, edge.recorded_at, edge.partition from page p left join edge on true
$$;

-- The events of all logs of a category by the time of recording, then by partition; those of each log in the order of
-- their positions. `after` and `upto` hold a position for each log, by partition: after[1] is that of partition 0; a
-- missing one is 0, or the log's end. It returns at most events_max, and at least one while there is any.
-- In a group of `members`, numbered from 0, a member reads the logs whose partition modulo `members` is its number.
create function annals.read_category(
    category text, after bigint[] default '{}', upto bigint[] default '{}', events_max int default 1000,
    backwards boolean default false, member int default 0, members int default 1)
returns setof annals.recorded_event language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
begin
    perform annals.check_given('category', category), annals.check_batch(events_max);
    if members is null or members < 1 then
        perform annals.refuse(format('a group has 1 member or more, not %s', coalesce(members::text, 'null')));
    elsif member is null or member not between 0 and members - 1 then
        perform annals.refuse(format('a member of a group of %s is one of 0 to %s, not %s', members, members - 1,
                                     coalesce(member::text, 'null')));
    end if;
    if backwards then
        return query
        select read_category.category, e.key, e.version, p.partition, e.position, e.id, e.type, e.schema_version,
               e.data, e.metadata, e.occurred_at, e.recorded_at
        from annals.category_page(category, after, upto, events_max, true, member, members) p
        cross join lateral (select e.* from annals.events e
                            where e.log = p.log and e.position > p.low and e.position <= p.high
                            order by e.position desc limit events_max) e
        where p.edge_at is null or (e.recorded_at, p.partition) >= (p.edge_at, p.edge_partition)
        order by e.recorded_at desc, p.partition desc, e.position desc limit events_max;
    else
        return query
        select read_category.category, e.key, e.version, p.partition, e.position, e.id, e.type, e.schema_version,
               e.data, e.metadata, e.occurred_at, e.recorded_at
        from annals.category_page(category, after, upto, events_max, false, member, members) p
        cross join lateral (select e.* from annals.events e
                            where e.log = p.log and e.position > p.low and e.position <= p.high
                            order by e.position limit events_max) e
        where p.edge_at is null or (e.recorded_at, p.partition) <= (p.edge_at, p.edge_partition)
        order by e.recorded_at, p.partition, e.position limit events_max;
    end if;
end
$$;

-- The last position of each log that was recorded before a moment, by partition. Pass it as `after` to read_category
-- to read from that moment on; with 'infinity' it is where the logs end. recorded_at never goes back along the
-- positions, so a few look-ups find it.
create function annals.positions_before(category text, moment timestamptz) returns bigint[]
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
    its record;
    low bigint;
    high bigint;
    middle bigint;
    found_at timestamptz;
    positions bigint[] := '{}';
begin
    perform annals.check_given('category', category), annals.check_given('moment', moment);
    for its in select l.log, l.partition from annals.logs l
               where l.tenant = '' and l.category = positions_before.category order by l.partition loop
        low := 0;
        high := coalesce((select e.position from annals.events e where e.log = its.log
                          order by e.position desc limit 1), 0);
        while low < high loop
            middle := low + (high - low + 1) / 2;
            select e.recorded_at into found_at from annals.events e where e.log = its.log and e.position = middle;
            if found_at < moment then
                low := middle;
            else
                high := middle - 1;
            end if;
        end loop;
        positions := positions || low;
    end loop;
    return positions;
end
$$;

-- The streams of a category in the order of their keys (byte by byte), those after a key: the version of each, and
-- when its last event was recorded. It looks up one key after the other, in the log that has the next one.
create function annals.list_streams(
    category text, after text default null, streams_max int default 1000,
    out key text, out version bigint, out recorded_at timestamptz)
returns setof record language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set jit = off as $$
#variable_conflict use_column
declare
    logs constant int[] := array(select l.log from annals.logs l
                                 where l.tenant = '' and l.category = list_streams.category);
    next_keys text[] := '{}';                -- of each log; null where it has no more
    n int;
begin
    perform annals.check_given('category', category);
    if streams_max is null or streams_max not between 1 and 10000 then
        perform annals.refuse(format('streams_max is 1 to 10000, not %s', coalesce(streams_max::text, 'null')));
    end if;
    for i in 1 .. cardinality(logs) loop
        next_keys[i] := (select e.key from annals.events e where e.log = logs[i] and e.key > coalesce(after, '')
                         order by e.key limit 1);
    end loop;
    for streams in 1 .. streams_max loop
        n := null;
        select k.i into n from unnest(next_keys) with ordinality k(next_key, i) where k.next_key is not null
        order by k.next_key collate "C" limit 1;
        exit when n is null;
        key := next_keys[n];
        select e.version, e.recorded_at into version, recorded_at from annals.events e
        where e.log = logs[n] and e.key = next_keys[n] order by e.version desc limit 1;
        return next;
        next_keys[n] := (select e.key from annals.events e where e.log = logs[n] and e.key > next_keys[n]
                         order by e.key limit 1);
    end loop;
end
$$;

-- The log as tables, for people who ask their own questions. A condition on category, key, partition or position
-- reaches the index; other conditions read all that these leave.

-- The table annals.events has a number for the log; here it has its category and its streams, and the columns are
-- those of `batch` in an SQL projection: what was tried as a query becomes a block when the name is replaced.
create view annals.recorded_events as
    select l.category || '/' || l.partition as log, e.position, l.category, l.partition, e.key,
           l.category || '-' || e.key as stream, e.version, e.id, e.type, e.schema_version::int as schema_version,
           e.data::jsonb as data, e.metadata::jsonb as metadata, coalesce(e.occurred_at, e.recorded_at) as occurred_at,
           e.recorded_at
    from annals.logs l join annals.events e using (log);

comment on view annals.recorded_events is
    'Every event of the log. With a category and a key it is a look-up in each log of the category, with category, '
    'partition and position one look-up; otherwise it reads all events of the category, or all.';
comment on column annals.recorded_events.log is 'category and partition: sample/3';
comment on column annals.recorded_events.position is 'the event''s number in its log: 1, 2, 3 … without gaps';
comment on column annals.recorded_events.category is 'the kind of its stream';
comment on column annals.recorded_events.partition is 'the number of its log in the category';
comment on column annals.recorded_events.key is 'which stream of the category';
comment on column annals.recorded_events.stream is 'category and key: sample-S-1';
comment on column annals.recorded_events.version is 'the event''s number in its stream: 1, 2, 3 … without gaps';
comment on column annals.recorded_events.id is 'of the event';
comment on column annals.recorded_events.type is 'what happened: sample.created';
comment on column annals.recorded_events.schema_version is
    'of the payload, as it was stored; upcasters do not reach SQL';
comment on column annals.recorded_events.data is 'the payload';
comment on column annals.recorded_events.metadata is 'who, why, from where';
comment on column annals.recorded_events.occurred_at is 'when it happened; where nobody said so, recorded_at';
comment on column annals.recorded_events.recorded_at is 'when it was stored; never goes back within a log';

create view annals.streams as
    select l.category, s.key, s.version, last.recorded_at as last_recorded_at, l.partition
    from annals.logs l
    cross join lateral (select e.key, max(e.version) as version from annals.events e where e.log = l.log
                        group by e.key) s
    cross join lateral (select e.recorded_at from annals.events e
                        where e.log = l.log and e.key = s.key and e.version = s.version limit 1) last;

comment on view annals.streams is
    'Every stream and how long it is. With a category and a key it is a look-up in each log of the category. Without '
    'a key it reads an index entry for each event of the category, and a row for each stream; annals.list_streams '
    'reads page by page.';
comment on column annals.streams.category is 'the kind of the stream';
comment on column annals.streams.key is 'which stream of the category';
comment on column annals.streams.version is 'the version of its last event, and so the number of its events';
comment on column annals.streams.last_recorded_at is 'when its last event was stored';
comment on column annals.streams.partition is 'the log of the category that holds it';

create view annals.event_statistics as
    select l.category, e.type, count(*) as events, min(e.recorded_at) as first_recorded_at,
           max(e.recorded_at) as last_recorded_at
    from annals.logs l join annals.events e using (log)
    group by l.category, e.type;

comment on view annals.event_statistics is
    'How many events of each type there are. Nothing is counted beforehand: it reads all events of the category, '
    'and without one the whole log.';
comment on column annals.event_statistics.category is 'the kind of the streams';
comment on column annals.event_statistics.type is 'what happened: sample.created';
comment on column annals.event_statistics.events is 'how many events there are';
comment on column annals.event_statistics.first_recorded_at is 'when the first of them was stored';
comment on column annals.event_statistics.last_recorded_at is 'when the last of them was stored';
