-- SPDX-License-Identifier: Apache-2.0
-- What clients without the library call: psql, other languages. They may do nothing else (role annals_appender), so
-- that neither an event in the wrong partition nor a hole in the positions can come from outside.
-- LG001: the category has another number of partitions. LG002: a limit or a rule is broken. LG003: a conflict.
-- LG004: an event id was used before.
set local role annals_owner;

create function annals.refuse(problem text) returns void
language plpgsql as $$
begin
    raise exception '%', problem using errcode = 'LG002';
end
$$;

create function annals.check_name(name text, what text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if coalesce(name, '') = '' then
        perform annals.refuse(what || ' is empty');
    elsif octet_length(name) > 255 then
        perform annals.refuse(format('%s has %s bytes; the limit is 255', what, octet_length(name)));
    elsif name ~ '[\x01-\x1f\x7f]' then
        perform annals.refuse(what || ' holds a control character');
    end if;
end
$$;

-- A JSON object that jsonb can hold: no \u0000, no lone surrogates, no number beyond its range, no member twice in one
-- object, at most 64 deep.
create function annals.check_payload(payload json, bytes_max int, what text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    bytes constant int := octet_length(payload::text);
    depth int;
    repeats boolean;
begin
    if payload is null or json_typeof(payload) <> 'object' then
        perform annals.refuse(what || ' is not a JSON object');
    elsif bytes > bytes_max then
        perform annals.refuse(format('%s has %s bytes; the limit is %s', what, bytes, bytes_max));
    end if;
    begin
        perform payload::jsonb;
    exception when data_exception or program_limit_exceeded then
        perform annals.refuse(format('%s cannot be held by jsonb: %s', what, sqlerrm));
    end;

    with recursive part(value, depth) as (
        select payload, 1
        union all
        select child.value, part.depth + 1
        from part, lateral (
            select member.value
            from json_each(case json_typeof(part.value) when 'object' then part.value else '{}' end) member
            union all
            select item.value
            from json_array_elements(case json_typeof(part.value) when 'array' then part.value else '[]' end) item
        ) child
        where json_typeof(child.value) in ('object', 'array') and part.depth <= 64
    )
    select max(part.depth), bool_or(json_typeof(part.value) = 'object' and exists (
        select from json_object_keys(case json_typeof(part.value) when 'object' then part.value else '{}' end) name
        group by name having count(*) > 1))
    into depth, repeats
    from part;
    if depth > 64 then
        perform annals.refuse(what || ' is nested deeper than 64');
    elsif repeats then
        perform annals.refuse(what || ' holds a member twice in one object');
    end if;
end
$$;

-- A new id of version 7 (RFC 9562): milliseconds, then random bits.
create function annals.new_id() returns uuid
language sql volatile set search_path = pg_catalog, pg_temp as $$
    select (lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
            || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;

-- Appends events to one stream, all or none. Sent again with the same ids, it gives the first result, marked duplicate
-- (say resend when no version is expected). token: what a read can wait for.
--
--   select * from annals.append('sample', 'S-1', array['sample.created'], array['{"barcode": "B-7"}']::json[], 0);
create function annals.append(
    category text, key text, types text[], data json[],
    expected_version bigint default -1,      -- 0: no stream yet, -1: any, -2: the stream exists
    metadata json[] default null, ids uuid[] default null, schema_versions smallint[] default null,
    occurred_at timestamptz[] default null, idempotency_key text default null, resend boolean default false,
    out first_version bigint, out last_version bigint, out token text, out duplicate boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    events constant int := coalesce(cardinality(types), 0);
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
        end if;
    end loop;
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
            raise exception 'event id % is in % already, with other content', call.reused[1], stream using errcode = 'LG004';
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

-- Reads go along an index: on a table that was never analysed the planner would rather sort it.
create function annals.read(category text, key text, after bigint default 0, events_max int default 1000)
returns setof annals.events language sql stable security definer
set search_path = pg_catalog, pg_temp set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off as $$
    select e.* from annals.categories c
    join annals.logs l on l.tenant = '' and l.category = c.name
                          and l.partition = annals.partition_of(read.key, c.partitions)
    join annals.events e on e.log = l.log and e.key = read.key and e.version > read.after
    where c.name = read.category order by e.version limit read.events_max
$$;

create function annals.read_log(category text, partition int, after bigint default 0, events_max int default 1000)
returns setof annals.events language sql stable security definer
set search_path = pg_catalog, pg_temp set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off as $$
    select e.* from annals.logs l join annals.events e on e.log = l.log and e.position > read_log.after
    where l.tenant = '' and l.category = read_log.category and l.partition = read_log.partition
    order by e.position limit read_log.events_max
$$;

revoke execute on function annals.refuse, annals.check_name, annals.check_payload, annals.new_id, annals.append,
    annals.read, annals.read_log from public;
grant execute on function annals.append, annals.new_id to annals_writer, annals_appender;
grant execute on function annals.read, annals.read_log to annals_writer, annals_appender, annals_reader;
