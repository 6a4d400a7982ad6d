-- SPDX-License-Identifier: Apache-2.0
-- Numbers that every reader can read.
set local role annals_owner;

-- Raises LG002 for a payload that some reader could not read (docs/payloads.md): what jsonb cannot hold, and a number
-- that is beyond a double. One that has fewer than 210 digits in a row, and no exponent of three, cannot be.
create or replace function annals.check_payload(payload json, bytes_max int, what text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    -- Half way between the largest double and what would be the next.
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
    elsif written ~ '[0-9]{210}|[eE][+]?[0-9]{3}' and exists (
        select from jsonb_path_query(held, 'strict $.** ? (@.type() == "number")') number
        where abs(number::numeric) >= no_double)
    then
        perform annals.refuse(what || ' holds a number beyond a double''s range; write it as a text');
    end if;
end
$$;
