-- SPDX-License-Identifier: Apache-2.0
-- Reading one's own writes.
set local role annals_owner;

-- Splits `category/partition@position,…`; 22023 for anything else.
create function annals.parse_token(token text, out category text, out partition int, out "position" bigint) returns setof record
language plpgsql immutable strict set search_path = pg_catalog, pg_temp as $$
declare
    part text;
    found text[];
begin
    foreach part in array string_to_array(token, ',') loop
        found := regexp_match(part, '^([A-Za-z0-9][A-Za-z0-9._]{0,199})/(\d{1,4})@(\d{1,18})$');
        if found is null then
            raise exception '"%" is not a token', part
                using errcode = 'invalid_parameter_value', hint = 'Write category/partition@position, several joined by a comma.';
        end if;
        category := found[1];
        partition := found[2]::int;
        "position" := found[3]::bigint;
        return next;
    end loop;
end
$$;

-- Whether the version that answers for a projection (the live one; of a processor that is no projection the latest)
-- has applied everything that a token names. Raises for what can never come true.
create function annals.has_reached(projection text, token text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    reading int;
    followed text[];
    wanted record;
begin
    select p.version, p.categories into reading, followed from annals.projections p where p.name = projection and p.live;
    if reading is null then
        select max(c.version) into reading from annals.checkpoints c where c.processor = projection;
        followed := array(
            select distinct l.category from annals.checkpoints c join annals.logs l using (log)
            where c.processor = projection and c.version = reading);
    end if;
    if reading is null then
        raise exception 'there is no projection "%"', projection
            using errcode = 'invalid_parameter_value', hint = 'annals projections list shows those that there are.';
    end if;
    for wanted in
        select t.category, t.partition, t."position", c.position as applied, k.partitions
        from annals.parse_token(token) t
        left join annals.categories k on k.name = t.category
        left join annals.logs l on l.tenant = '' and l.category = t.category and l.partition = t.partition
        left join annals.checkpoints c on c.processor = projection and c.version = reading and c.log = l.log
    loop
        if wanted.category <> all (followed) then
            raise exception 'the projection "%" does not follow the category "%"', projection, wanted.category
                using errcode = 'invalid_parameter_value', hint = 'It would never get there: wait for a projection of that category.';
        end if;
        if wanted.partition >= wanted.partitions then
            raise exception 'the category "%" has the partitions 0 to %, not %', wanted.category, wanted.partitions - 1, wanted.partition
                using errcode = 'invalid_parameter_value', hint = 'Pass the token as an append returned it.';
        end if;
        if coalesce(wanted.applied, 0) < wanted."position" then
            return false;
        end if;
    end loop;
    return true;
end
$$;

-- Waits until a projection has applied what a token names: 'reached', 'timed out', or 'parked' (reserved: the token's
-- key is set aside, so its row will not change).
-- To be called as a statement of its own, before the query: a query in the same statement would see old rows.
create function annals.wait_for(projection text, token text, timeout interval default '5 s') returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    deadline constant timestamptz := clock_timestamp() + timeout;
    pause double precision := 0.001;
begin
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        raise exception 'annals.wait_for cannot see progress in a % transaction', current_setting('transaction_isolation')
            using errcode = 'active_sql_transaction', hint = 'Use READ COMMITTED.';
    end if;
    while not annals.has_reached(projection, token) loop
        if clock_timestamp() >= deadline then
            return 'timed out';
        end if;
        perform pg_sleep(least(pause, extract(epoch from deadline - clock_timestamp())));
        pause := least(pause * 1.3, 0.005);
    end loop;
    return 'reached';
end
$$;
