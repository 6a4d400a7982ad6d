-- SPDX-License-Identifier: Apache-2.0
-- Reading one's own writes: a cheap look, a pause that grows, and a form that holds no snapshot while it waits.
set local role annals_owner;

-- Splits `category/partition@position,…`; 22023 for anything else.
create function annals.parse_token(token text, out category text, out partition int, out "position" bigint) returns setof record
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    part text;
    found text[];
begin
    perform annals.check_given('token', token);
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

-- How far each of several projections has come in each of several logs, in the order asked. One statement for any
-- number of waiting readers. `versions`: null is the live one; for a processor that is no projection, the latest.
-- `follows`: whether it takes the log's category at all. `has_parked`: whether events of the log are parked.
-- `refusal`: why the question makes no sense, and `hint` what to do.
create function annals.progress(projections text[], versions int[], categories text[], partitions int[])
returns table (version int, applied bigint, follows boolean, state text, reason text, has_parked boolean, refusal text,
               hint text)
language plpgsql stable security definer rows 10
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set jit = off as $$
#variable_conflict use_column
begin
    perform annals.check_given('projections', projections), annals.check_given('versions', versions),
            annals.check_given('categories', categories), annals.check_given('partitions', partitions);
    return query
    select v.version, coalesce(c.position, 0), f.follows, coalesce(s.state, 'running'), coalesce(s.reason, ''),
           exists (select from annals.parked_keys q
                   where q.processor = w.projection and q.version = v.version and q.log = l.log),
           r.refusal, r.hint
    from unnest(projections, versions, categories, partitions)
         with ordinality as w (projection, version, category, "partition", number)
    left join annals.projections p on p.name = w.projection and case when w.version is null then p.live
                                                                     else p.version = w.version end
    left join annals.categories k on k.name = w.category
    left join annals.logs l on l.tenant = '' and l.category = w.category and l.partition = w."partition"
    cross join lateral (
        select coalesce(p.version, w.version,
                        (select max(m.version) from annals.checkpoints m where m.processor = w.projection)) as version offset 0) v
    left join annals.checkpoints c on c.processor = w.projection and c.version = v.version and c.log = l.log
    left join annals.processor_states s on s.processor = w.projection and s.version = v.version
    cross join lateral (
        select c.log is not null
               or case when p.name is not null then w.category = any (p.categories)
                       else exists (select from annals.logs o join annals.checkpoints m on m.log = o.log
                                    where o.tenant = '' and o.category = w.category
                                      and m.processor = w.projection and m.version = v.version) end offset 0) f (follows)
    cross join lateral (
        select case when v.version is null then format('there is no projection "%s"', w.projection)
                    when w."partition" >= k.partitions
                        then format('the category "%s" has the partitions 0 to %s, not %s', w.category, k.partitions - 1,
                                    w."partition") end,
               case when v.version is null then 'annals projections list shows those that there are.'
                    when w."partition" >= k.partitions then 'Pass the token as an append returned it.' end offset 0)
        r (refusal, hint)
    order by w.number;
end
$$;

-- Why an event is parked; null when it is not.
create function annals.why_parked(projection text, version int, category text, partition int, at_position bigint)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform annals.check_given('projection', projection), annals.check_given('version', version),
            annals.check_given('category', category), annals.check_given('partition', partition),
            annals.check_given('at_position', at_position);
    return (
        select k.reason
        from annals.logs l
        join annals.parked_events e on e.processor = why_parked.projection and e.version = why_parked.version
                                       and e.log = l.log and e.position = at_position
        join annals.parked_keys k on k.processor = e.processor and k.version = e.version and k.log = e.log
                                     and k.key = e.key
        where l.tenant = '' and l.category = why_parked.category and l.partition = why_parked.partition);
end
$$;

-- The result of a wait so far: 'reached', 'parked: why', 'stopped: why', or null while it continues. Only the token's
-- categories that the projection follows count: an append with a claim writes to two, and its token names both.
-- Raises for a wait that cannot end: the projection follows none of the token's categories.
create function annals.outcome_so_far(projection text, categories text[], partitions int[], positions bigint[])
returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    found record;
    is_behind boolean := false;
    number int := 0;
    why_stopped text;
    why_parked text;
    passed_over text[] := '{}';
    follows_any boolean := false;
begin
    perform annals.check_given('projection', projection), annals.check_given('categories', categories),
            annals.check_given('partitions', partitions), annals.check_given('positions', positions);
    for found in
        select * from annals.progress(array_fill(projection, array[cardinality(positions)]),
                                      array_fill(null::int, array[cardinality(positions)]), categories, partitions)
    loop
        number := number + 1;
        if found.refusal is not null then
            raise exception '%', found.refusal using errcode = 'invalid_parameter_value', hint = found.hint;
        end if;
        if not found.follows then
            passed_over := passed_over || categories[number];
            continue;
        end if;
        follows_any := true;
        if found.applied < positions[number] then
            is_behind := true;
            why_stopped := case when found.state = 'stopped' then found.reason end;
        elsif found.has_parked then
            why_parked := coalesce(why_parked, annals.why_parked(projection, found.version, categories[number],
                                                                 partitions[number], positions[number]));
        end if;
    end loop;
    if passed_over <> '{}' and not follows_any then
        raise exception 'the projection "%" does not follow the category "%"', projection,
                array_to_string(array(select distinct unnest(passed_over) order by 1), '", "')
            using errcode = 'invalid_parameter_value', hint = 'It would never get there: wait for a projection of that category.';
    end if;
    return case when why_parked is not null then 'parked: ' || why_parked
                when not is_behind then 'reached'
                when why_stopped is not null then 'stopped: ' || why_stopped end;
end
$$;

create function annals.has_reached(projection text, token text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce((select annals.outcome_so_far(projection, coalesce(array_agg(t.category), '{}'),
                                                  coalesce(array_agg(t.partition), '{}'),
                                                  coalesce(array_agg(t."position"), '{}'))
                     from annals.parse_token(token) t) = 'reached', false);
end
$$;

-- How long to pause: an eighth of the time waited so far, from a millisecond to a second. So a wait takes an eighth
-- longer than necessary at most, and a long one costs almost nothing.
create function annals.pause_of_wait(waited interval, remaining interval) returns double precision
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select greatest(0, least(extract(epoch from remaining), greatest(0.001, least(extract(epoch from waited) / 8, 1))))
$$;

-- Waits until a projection has applied everything up to a token: 'reached', 'timed out', 'stopped: why' (then an
-- operator must resume it first), or 'parked: why' (the token's event waits behind one that cannot be applied). Call
-- it as a statement of its own, before the query: a query in the same statement would see old rows. While it waits,
-- the statement holds a snapshot, which keeps vacuum from removing old rows. For waits of more than about a second,
-- or from many programs, use `call annals.wait`.
create function annals.wait_for(projection text, token text, timeout interval default '5 s') returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    began constant timestamptz := clock_timestamp();
    categories text[];
    partitions int[];
    positions bigint[];
    outcome text;
begin
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        raise exception 'annals.wait_for cannot see progress in a % transaction', current_setting('transaction_isolation')
            using errcode = 'active_sql_transaction', hint = 'Use READ COMMITTED.';
    end if;
    perform annals.check_given('timeout', timeout);
    select coalesce(array_agg(t.category), '{}'), coalesce(array_agg(t.partition), '{}'),
           coalesce(array_agg(t."position"), '{}')
    into categories, partitions, positions
    from annals.parse_token(token) t;
    loop
        outcome := annals.outcome_so_far(projection, categories, partitions, positions);
        if outcome is not null then
            return outcome;
        end if;
        if clock_timestamp() >= began + timeout then
            return 'timed out';
        end if;
        perform pg_sleep(annals.pause_of_wait(clock_timestamp() - began, began + timeout - clock_timestamp()));
    end loop;
end
$$;

-- PL/pgSQL's message when a transaction cannot be ended at this place, in the server's language.
create function annals.refusal_of_commit() returns text
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    said text;
begin
    begin
        commit;
    exception when invalid_transaction_termination then
        get stacked diagnostics said = message_text;
    end;
    return said;
end
$$;

-- The same as annals.wait_for, without a lasting snapshot: each look is a transaction of its own, so nothing is held
-- between looks, and the isolation does not matter. As a statement of its own, outside a transaction block: call
-- annals.wait('sample_counts', 'sample/3@17', '10 s'). The outcome is the result's only column.
create procedure annals.wait(projection text, token text, timeout interval default '5 s', inout outcome text default null)
language plpgsql as $$
declare
    began constant timestamptz := pg_catalog.clock_timestamp();
    categories text[];
    partitions int[];
    positions bigint[];
    said text;
begin
    begin
        commit;                              -- refused either way; the error tells whether a block is open
    exception when invalid_transaction_termination then
        get stacked diagnostics said = message_text;
    end;
    if said = annals.refusal_of_commit() then
        raise exception 'annals.wait cannot be called in a transaction block or a function'
            using errcode = 'active_sql_transaction',
                  hint = 'Call it as a statement of its own, in autocommit; in a block select annals.wait_for.';
    end if;
    perform annals.check_given('timeout', timeout);
    select coalesce(pg_catalog.array_agg(t.category), '{}'), coalesce(pg_catalog.array_agg(t.partition), '{}'),
           coalesce(pg_catalog.array_agg(t."position"), '{}')
    into categories, partitions, positions
    from annals.parse_token(token) t;
    loop
        outcome := annals.outcome_so_far(projection, categories, partitions, positions);
        commit;
        if outcome is not null then
            return;
        end if;
        if pg_catalog.clock_timestamp() >= began + timeout then
            outcome := 'timed out';
            return;
        end if;
        perform pg_catalog.pg_sleep(annals.pause_of_wait(pg_catalog.clock_timestamp() - began,
                                                         began + timeout - pg_catalog.clock_timestamp()));
        commit;
    end loop;
end
$$;
