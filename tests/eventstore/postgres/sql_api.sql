-- SPDX-License-Identifier: Apache-2.0
-- The SQL API's promises to readers, checked with nothing but SQL, as a role that has only EXECUTE.
set role annals_appender;
select annals.ensure_category('visit', 3);

do $$
begin
    for n in 1 .. 40 loop
        perform annals.append('visit', 'V-' || n % 7, array['visit.opened', 'visit.seen'],
                              array[json_build_object('n', n), '{}'::json], idempotency_key => 'visit ' || n);
    end loop;
end
$$;

-- All batches of a reading, one after the other.
create function pg_temp.whole_category(events_max int, backwards boolean, member int default 0, members int default 1)
returns table (batch int, n bigint, partition int, "position" bigint, recorded_at timestamptz) language plpgsql as $$
declare
    after bigint[] := '{0,0,0}';
    upto bigint[] := array[null, null, null]::bigint[];
    event annals.recorded_event;
    found_any boolean := true;
begin
    n := 0;
    batch := 0;
    while found_any loop
        found_any := false;
        batch := batch + 1;
        for event in select * from annals.read_category('visit', after, upto, events_max, backwards, member, members) loop
            found_any := true;
            n := n + 1;
            assert n <= 80, 'a reading without end';
            partition := event.partition;
            position := event.position;
            recorded_at := event.recorded_at;
            after[event.partition + 1] := case when backwards then 0 else event.position end;
            upto[event.partition + 1] := case when backwards then event.position - 1 end;
            return next;
        end loop;
    end loop;
end
$$;

do $$
declare
    versions bigint[];
    types text[];
    size int;
    moment timestamptz;
    statement text;
begin
    -- a stream
    select array_agg(version), array_agg(type) into versions, types from annals.read_stream('visit', 'V-3');
    assert versions = '{1,2,3,4,5,6,7,8,9,10,11,12}', versions::text;
    assert types[1:2] = '{visit.opened,visit.seen}', types::text;
    select array_agg(version) into versions from annals.read_stream('visit', 'V-3', 4, 7);
    assert versions = '{5,6,7}', versions::text;
    select array_agg(version) into versions from annals.read_stream('visit', 'V-3', 4, 7, 2, true);
    assert versions = '{7,6}', versions::text;
    assert not exists (select from annals.read_stream('visit', 'nobody'));
    assert not exists (select from annals.read_stream('nothing', 'V-3'));
    assert (select data::text = '{"n" : 3}' and metadata::text = '{}' and category = 'visit' and key = 'V-3'
            from annals.read_stream('visit', 'V-3', 0, 1)), 'an event is read as it was written';

    -- a log
    for p in 0 .. 2 loop
        select array_agg(position) into versions from annals.read_log('visit', p);
        assert versions = (select array_agg(n::bigint) from generate_series(1, cardinality(versions)) n), versions::text;
        select array_agg(position) into versions from annals.read_log('visit', p, 2, 5);
        assert versions = '{3,4,5}', versions::text;
        select array_agg(position) into versions from annals.read_log('visit', p, 2, 5, 2, true);
        assert versions = '{5,4}', versions::text;
    end loop;
    assert not exists (select from annals.read_log('visit', 3));

    -- a place that the reader does not have yet is the beginning
    assert (select count(*) = 12 from annals.read_stream('visit', 'V-3', after => null));
    assert (select count(*) = 12 from annals.read_stream('visit', 'V-3', after => null, backwards => true));
    assert (select min(position) = 1 from annals.read_log('visit', 0, after => null));
    assert (select count(*) = 80 from annals.read_category('visit', after => null));

    -- a category: whatever the batch, the same events in the same order; backwards the reverse
    foreach size in array array[1, 2, 3, 7, 80, 10000] loop
        assert (select count(*) = 80 and count(distinct (partition, position)) = 80 from pg_temp.whole_category(size, false));
        assert not exists (
            select from (select c.*, row_number() over (order by recorded_at, partition, position) as place
                         from pg_temp.whole_category(size, false) c) c where c.n <> c.place), 'merged, in batches of ' || size;
        assert not exists (
            select from (select c.*, row_number() over (order by recorded_at desc, partition desc, position desc) as place
                         from pg_temp.whole_category(size, true) c) c where c.n <> c.place), 'backwards, in batches of ' || size;
        assert (select max(events) <= size from (select count(*) as events from pg_temp.whole_category(size, false)
                                                 group by batch) b), 'a batch of more than ' || size;
    end loop;

    -- a group: disjoint, together everything
    for members in 1 .. 5 loop
        assert (select count(*) = 80 and count(distinct (g.partition, g.position)) = 80
                from generate_series(0, members - 1) m, pg_temp.whole_category(7, false, m, members) g);
        assert not exists (select from generate_series(0, members - 1) m, pg_temp.whole_category(7, false, m, members) g
                           where g.partition % members <> m);
    end loop;

    -- from a moment on
    for moment in select distinct e.recorded_at from annals.read_category('visit') e loop
        assert annals.positions_before('visit', moment) = array(
            select coalesce(max(e.position), 0) from generate_series(0, 2) p
            left join annals.read_category('visit') e on e.partition = p and e.recorded_at < moment
            group by p order by p);
    end loop;
    assert annals.positions_before('visit', '-infinity') = '{0,0,0}';
    assert not exists (select from annals.read_category('visit', annals.positions_before('visit', 'infinity')));
    assert annals.positions_before('nothing', 'infinity') = '{}';

    -- what is refused, with one message
    foreach statement in array array[
        'select annals.read_stream(''visit'', ''V-3'', events_max => 0)',
        'select annals.read_log(''visit'', 0, events_max => 10001)',
        'select annals.read_category(''visit'', events_max => null)',
        'select annals.read_category(''visit'', member => 2, members => 2)',
        'select annals.read_category(''visit'', member => -1, members => 2)',
        'select annals.read_category(''visit'', member => 0, members => 0)',
        'select annals.read_category(''visit'', member => null, members => 2)'] loop
        begin
            execute statement;
            raise exception 'not refused: %', statement;
        exception when sqlstate 'LG002' then
            null;
        end;
    end loop;
end
$$;
