-- SPDX-License-Identifier: Apache-2.0
-- Mistakes of clients without the library that were answered in the tables' words (SQLSTATE 23514: a category that is
-- none), or stored: an id twice in one append, a time of occurrence that RFC 3339 cannot say, and so no CloudEvent.
set local role annals_owner;

create function annals.check_category(name text, partitions int) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if coalesce(name, '') !~ '^[A-Za-z0-9][A-Za-z0-9._]{0,199}$' then
        perform annals.refuse(format('"%s" is not a category: 1 to 200 of A-Z a-z 0-9 . _, '
                                     'beginning with a letter or a digit', name));
    elsif coalesce(partitions, 0) not between 1 and 1024 then
        perform annals.refuse(format('a category has 1 to 1024 partitions, not %s',
                                     coalesce(partitions::text, 'null')));
    end if;
end
$$;
revoke execute on function annals.check_category from public;

create or replace function annals.ensure_category(wanted text, wanted_partitions int default 8) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    actual int;
begin
    perform annals.check_category(wanted, wanted_partitions);
    insert into annals.categories (name, partitions) values (wanted, wanted_partitions) on conflict do nothing;
    if found then
        insert into annals.logs (category, partition)
        select wanted, n from generate_series(0, wanted_partitions - 1) n;
        return;
    end if;
    select c.partitions into actual from annals.categories c where c.name = wanted;
    if actual <> wanted_partitions then
        raise exception 'the category % has % partitions, not %', wanted, actual, wanted_partitions
            using errcode = 'LG001',
                hint = 'The number is chosen at creation and never changes: configure that number, or another category.';
    end if;
end
$$;

-- As in 0008_client_functions.sql, which says what it does, but with the two rules.
create or replace function annals.append(
    category text, key text, types text[], data json[],
    expected_version bigint default -1,      -- 0: no stream yet, -1: any, -2: the stream exists
    metadata json[] default null, ids uuid[] default null, schema_versions smallint[] default null,
    occurred_at timestamptz[] default null, idempotency_key text default null, resend boolean default false,
    out first_version bigint, out last_version bigint, out token text, out duplicate boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    events constant int := coalesce(cardinality(types), 0);
    year_0 constant timestamptz := '0001-01-01 00:00:00+00 BC';
    year_10000 constant timestamptz := '10000-01-01 00:00:00+00';
    stream constant text := category || '-' || key;
    its_partition int;
    its_log int;
    call record;
begin
    perform annals.check_name(key, 'the key');
    if events = 0 then
        perform annals.refuse('an append without events');
    elsif events > 1000 then
        perform annals.refuse(format('an append of %s events; the limit is 1000', events));
    end if;
    metadata := coalesce(metadata, array_fill('{}'::json, array[events]));
    ids := coalesce(ids, array(select annals.new_id() from generate_series(1, events)));
    schema_versions := coalesce(schema_versions, array_fill(1::smallint, array[events]));
    occurred_at := coalesce(occurred_at, array_fill(null::timestamptz, array[events]));
    if events <> any (array[cardinality(data), cardinality(metadata), cardinality(ids), cardinality(schema_versions),
                            cardinality(occurred_at)]) then
        perform annals.refuse('the arrays do not have the same length');
    elsif expected_version is null or expected_version < -2 then
        perform annals.refuse('an expected version is a version, -1 (any) or -2 (exists)');
    elsif idempotency_key is not null then
        perform annals.check_name(idempotency_key, 'the idempotency key');
    end if;
    for i in 1 .. events loop
        perform annals.check_name(types[i], 'the type of an event');
        perform annals.check_payload(data[i], 1048576, types[i] || ': the payload');
        perform annals.check_payload(metadata[i], 65536, types[i] || ': the metadata');
        if ids[i] is null or coalesce(schema_versions[i], 0) < 1 then
            perform annals.refuse(types[i] || ': an event has an id and a schema version of 1 to 32767');
        elsif occurred_at[i] < year_0 or occurred_at[i] >= year_10000 then
            perform annals.refuse(format('%s: a time of occurrence is in the years 0000 to 9999, not %s', types[i],
                                         occurred_at[i]));
        end if;
    end loop;
    if cardinality(ids) <> (select count(distinct id) from unnest(ids) id) then
        perform annals.refuse('an event id stands twice in one append');
    end if;
    if (select sum(octet_length(d::text) + octet_length(m::text)) from unnest(data, metadata) e(d, m)) > 8388608 then
        perform annals.refuse('an append of more than 8 MiB');
    end if;

    if not exists (select from annals.categories c where c.name = append.category) then
        perform annals.ensure_category(category);
    end if;
    select annals.partition_of(append.key, c.partitions) into its_partition
    from annals.categories c where c.name = append.category;
    select l.log into its_log
    from annals.logs l where l.tenant = '' and l.category = append.category and l.partition = its_partition;

    call := annals.append_1(true, array[its_log], array[resend],
        case when idempotency_key is null then '{}' else array[category] end,
        case when idempotency_key is null then '{}' else array[idempotency_key] end,
        array[1], array[1], array[key], array[expected_version], array[1], array[events], array[0],
        array_fill(1, array[events]), ids, types, schema_versions, data, metadata, occurred_at);

    case call.verdict[1]
        when 3 then
            raise exception 'conflict: % is at version %', stream, call.version_before[1] using errcode = 'LG003',
                detail = format('expected: %s', expected_version);
        when 4 then
            raise exception 'event id % is in % already, with other content', call.reused[1], stream
                using errcode = 'LG004';
        when 6 then
            select k.first_version, k.last_version, format('%s/%s@%s', l.category, l.partition, k.last_position), true
            into first_version, last_version, token, duplicate
            from annals.idempotency_keys k join annals.logs l on l.log = k.log
            where k.category = append.category and k.idempotency_key = append.idempotency_key and k.part = 1;
        else
            first_version := call.version_before[1] + 1;
            last_version := call.version_before[1] + events;
            token := format('%s/%s@%s', category, its_partition, call.last_position[1]);
            duplicate := call.verdict[1] = 2;
    end case;
end
$$;

-- As before, but `after => null` is the beginning, as in annals.read_category: what a client with an empty table of its
-- own says.
create or replace function annals.read_stream(
    category text, key text, after bigint default 0, upto bigint default null, events_max int default 1000,
    backwards boolean default false)
returns setof annals.recorded_event language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off as $$
declare
    its record;
    first constant bigint := coalesce(after, 0);
    last constant bigint := coalesce(upto, 9223372036854775807);
begin
    perform annals.check_batch(events_max);
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

create or replace function annals.read_log(
    category text, partition int, after bigint default 0, upto bigint default null, events_max int default 1000,
    backwards boolean default false)
returns setof annals.recorded_event language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off as $$
declare
    its_log int;
    first constant bigint := coalesce(after, 0);
    last constant bigint := coalesce(upto, 9223372036854775807);
begin
    perform annals.check_batch(events_max);
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
