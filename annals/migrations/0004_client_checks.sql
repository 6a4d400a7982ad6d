-- SPDX-License-Identifier: Apache-2.0
-- Checks what a client without the library appends: what breaks a limit or a rule is refused (LG002;
-- docs/reference/payloads.md).
set local role annals_owner;

-- Raises LG002 for a name that is empty, too long, or holds forbidden characters.
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

-- Raises LG002 for a payload that some reader could not read (docs/reference/payloads.md): one that jsonb cannot hold, or with
-- a number beyond a double. A number can be beyond one only with 210 digits in a row, or an exponent of three digits.
create function annals.check_payload(payload json, bytes_max int, what text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    -- Half way between the largest double and the next one, if there were one.
    no_double constant numeric := ('179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017'
            || '977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273'
            || '854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704'
            || '342711559699508093042880177904174497792')::numeric;
    written constant text := payload::text;
    bytes constant int := octet_length(written);
    held jsonb;
    depth int;
    repeats boolean;
begin
    if payload is null or json_typeof(payload) <> 'object' then
        perform annals.refuse(what || ' is not a JSON object');
    elsif bytes > bytes_max then
        perform annals.refuse(format('%s has %s bytes; the limit is %s', what, bytes, bytes_max));
    end if;
    begin
        held := payload::jsonb;
    exception when numeric_value_out_of_range then
        perform annals.refuse(what || ' holds a number beyond jsonb''s range');
    when data_exception or program_limit_exceeded then
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
    elsif written ~ '[0-9]{210}|[eE][+]?[0-9]{3}' and exists (
        select from jsonb_path_query(held, 'strict $.** ? (@.type() == "number")') number
        where abs(number::numeric) >= no_double)
    then
        perform annals.refuse(what || ' holds a number beyond a double''s range; write it as a text');
    end if;
end
$$;

-- annals.check_payload for all payloads of an append; returns their bytes. Most need only one look: a payload has no
-- more brackets than the allowed depth, no number that could be beyond a double, and as many colons as in jsonb,
-- which drops members that occur twice.
create function annals.check_payloads(types text[], payloads json[], bytes_max int, what text) returns bigint
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    bytes bigint := 0;
    doubtful int[];
begin
    begin
        select sum(octet_length(written)),
               array_agg(e.n order by e.n) filter (where
                   e.payload is null or json_typeof(e.payload) <> 'object' or octet_length(written) > bytes_max
                   or octet_length(written) - octet_length(replace(replace(written, '{', ''), '[', '')) > 64
                   or octet_length(written) - octet_length(replace(written, ':', ''))
                      <> octet_length(held) - octet_length(replace(held, ':', ''))
                   or position('\u003' in written) > 0 and written ~* '\\u003a'      -- a colon may be written so
                   or octet_length(held) > 300 and written ~ '[0-9]{210}|[eE][+]?[0-9]{3}')
        into bytes, doubtful
        from unnest(payloads) with ordinality e(payload, n),
             lateral (select e.payload::text as written, e.payload::jsonb::text as held offset 0) as_text;
    exception when data_exception or program_limit_exceeded then
        doubtful := array(select generate_series(1, cardinality(payloads)));
    end;
    for i in 1 .. coalesce(cardinality(doubtful), 0) loop
        perform annals.check_payload(payloads[doubtful[i]], bytes_max, types[doubtful[i]] || ': ' || what);
    end loop;
    return bytes;
end
$$;

-- The documents of events as a client gives them, one for each event: an array of json, jsonb or text, or a JSON
-- array; as a text, either form is accepted.
create function annals.documents(given anycompatible, what text) returns json[]
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    type constant regtype := pg_typeof(given);
    list json;
begin
    if type in ('json[]'::regtype, 'jsonb[]'::regtype, 'text[]'::regtype, 'varchar[]'::regtype) then
        return given;
    elsif type in ('text'::regtype, 'varchar'::regtype)
          and not coalesce(given::text ~ '^\s*\[(?!\s*-?\d+\s*(:|\]\s*=))', false) then
        return given;                        -- PostgreSQL's form: {"{…}","{…}"}, or with bounds: [0:1]={…}
    elsif type not in ('json'::regtype, 'jsonb'::regtype, 'text'::regtype, 'varchar'::regtype) then
        perform annals.refuse(format('%s is an array of json, jsonb or text, or a JSON array, not %s', what, type));
    end if;
    list := given;
    if json_typeof(list) <> 'array' then
        perform annals.refuse(what || ' is not an array of JSON objects, one for each event');
    end if;
    return case when list is not null then array(select e.document from json_array_elements(list) e(document)) end;
end
$$;

-- Each array has an element for each event; all but the first two may be null.
create function annals.check_lengths(
    types text[], data json[], metadata json[], ids uuid[], schema_versions int[], occurred_at timestamptz[])
returns void language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    events constant int := coalesce(cardinality(types), 0);
begin
    if events = 0 then
        perform annals.refuse('an append without events');
    elsif events > 1000 then
        perform annals.refuse(format('an append of %s events; the limit is 1000', events));
    elsif events <> any (array[coalesce(cardinality(data), 0), coalesce(cardinality(metadata), events),
                               coalesce(cardinality(ids), events), coalesce(cardinality(schema_versions), events),
                               coalesce(cardinality(occurred_at), events)]) then
        perform annals.refuse('the arrays do not have the same length: each has an element for each event');
    elsif 1 <> any (array[array_ndims(types), array_ndims(data), array_ndims(metadata), array_ndims(ids),
                          array_ndims(schema_versions), array_ndims(occurred_at)]) then
        perform annals.refuse('an array of arrays: each array has an element for each event');
    end if;
end
$$;

-- Raises LG002 when the events of an append cannot be stored.
create function annals.check_events(
    types text[], data json[], metadata json[], ids uuid[], schema_versions int[], occurred_at timestamptz[])
returns void language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    year_0 constant timestamptz := '0001-01-01 00:00:00+00 BC';
    year_10000 constant timestamptz := '10000-01-01 00:00:00+00';
    bytes bigint;
begin
    for i in 1 .. cardinality(types) loop
        if i = 1 or types[i] is distinct from types[i - 1] then
            perform annals.check_name(types[i], 'the type of an event');
        end if;
        if occurred_at[i] < year_0 or occurred_at[i] >= year_10000 then
            perform annals.refuse(format('%s: a time of occurrence is in the years 0000 to 9999, not %s', types[i],
                                         occurred_at[i]));
        end if;
    end loop;
    bytes := annals.check_payloads(types, data, 1048576, 'the payload');
    if metadata is not null then
        bytes := bytes + annals.check_payloads(types, metadata, 65536, 'the metadata');
    end if;
    if bytes > 8388608 then
        perform annals.refuse('an append of more than 8 MiB');
    elsif array_position(ids, null) > 0 then
        perform annals.refuse(types[array_position(ids, null)] || ': an event has an id');
    elsif ids is not null and cardinality(ids) <> (select count(distinct id) from unnest(ids) id) then
        perform annals.refuse('an event id occurs twice in one append');
    elsif not (1 <= all (schema_versions) and 32767 >= all (schema_versions))
          or array_position(schema_versions, null) > 0 then
        perform annals.refuse('a schema version is 1 to 32767');
    end if;
end
$$;
