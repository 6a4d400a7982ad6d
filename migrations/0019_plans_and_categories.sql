-- SPDX-License-Identifier: Apache-2.0
-- No statement's cost grows with its table, whatever the planner knows of it: tests/eventstore/postgres/plans_test.cpp.
-- A join of a few rows with the events is written as a look-up for each row that ends by itself (`lateral … limit`):
-- the planner has no other plan for it. Left to choose, it read all events where it took the few rows for many.
-- And categories: created by the names that the page gives (docs/sql-api.md), and listed.
set local role annals_owner;

-- As in 0013_client_reads.sql, but for its two joins with the events, and for bounds below 0, which are 0.
create or replace function annals.category_page(
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

create or replace function annals.read_category(
    category text, after bigint[] default '{}', upto bigint[] default '{}', events_max int default 1000,
    backwards boolean default false, member int default 0, members int default 1)
returns setof annals.recorded_event language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off as $$
begin
    perform annals.check_batch(events_max);
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

-- The planner takes a function's rows for many: what it then compiles costs more than the read.
alter function annals.read_stream set jit = off;
alter function annals.read_log set jit = off;
alter function annals.read_category set jit = off;
alter function annals.positions_before set jit = off;

-- As in 0017_same_event.sql, but for its join with the events, and for the plan of the search in a stream's tail.
create or replace function annals.find_resent_2(
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
          from unnest(ids, types, schema_versions, payloads, find_resent_2.metadata, find_resent_2.occurred_at)
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

-- What is too old is found at the begin of an index. A BRIN index has no summary of what was written since the last
-- vacuum, and clock_timestamp(), which changes while a statement runs, cannot be what an index is searched for.
drop index annals.idempotency_keys_recorded_at_idx;
create index idempotency_keys_recorded_at on annals.idempotency_keys (recorded_at);

create or replace function annals.purge_idempotency_keys(older_than interval) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
    with purged as (delete from annals.idempotency_keys
                    where recorded_at < statement_timestamp() - older_than returning 1)
    select count(*) from purged
$$;

drop function annals.ensure_category;

-- Creates the category and its logs where it is not there; LG001 when it has another number of partitions.
create function annals.ensure_category(category text, partitions int default 8) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    actual int;
begin
    perform annals.check_category(category, partitions);
    insert into annals.categories values (category, partitions) on conflict do nothing;
    if found then
        insert into annals.logs (category, partition)
        select ensure_category.category, n from generate_series(0, partitions - 1) n;
        return;
    end if;
    select c.partitions into actual from annals.categories c where c.name = category;
    if actual <> partitions then
        raise exception 'the category % has % partitions, not %', category, actual, partitions
            using errcode = 'LG001', detail = json_build_object('category', category, 'partitions', actual),
                hint = 'The number is chosen at creation and never changes: configure that one, or another category.';
    end if;
end
$$;

-- The categories that there are, for those who may not see the tables.
create function annals.list_categories(out category text, out partitions int) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.name, c.partitions from annals.categories c order by c.name
$$;

revoke execute on function annals.ensure_category, annals.list_categories from public;
grant execute on function annals.ensure_category to annals_writer, annals_appender, annals_projector;
grant execute on function annals.list_categories
    to annals_writer, annals_appender, annals_reader, annals_analyst, annals_auditor;
