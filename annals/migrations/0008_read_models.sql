-- SPDX-License-Identifier: Apache-2.0
-- Read models: what is registered, and the schema in which analysts find the live ones.

create schema read authorization annals_owner;
create schema trial_1 authorization annals_trial;
create schema trial_2 authorization annals_trial;
create schema trial_3 authorization annals_trial;
create schema trial_4 authorization annals_trial;
set local role annals_owner;

-- Each version keeps its tables and functions in a schema of its own, p_<name>_<version>. A version that is neither live
-- nor kept waits for a rebuild. A version that is built again has a second row meanwhile, named _rebuild_<name>; one
-- that is verified has _verify_<name>.
-- registration: a number that is never used again. A projection that is removed and registered again, under the same
-- name and version, is another one; checkpoints, leases and states belong to its registration and are removed with
-- it. So a process that still works for the former one, however long it was stopped, finds nothing to move.
create table annals.projections (
    name text collate "C" not null,
    version int not null check (version > 0),
    kind text collate "C" not null check (kind in ('sql', 'view', 'table')),
    categories text[] not null,
    definition text not null,                    -- the file of an SQL projection; otherwise what its struct says
    hash text not null,                          -- SHA-256 of the definition
    live boolean not null,                       -- shown in the schema read
    kept_until timestamptz,                      -- it was live, and goes on being applied until then, to be live again
    shows text[] not null default '{}',          -- its names there
    created_at timestamptz not null default clock_timestamp(),
    created_by text not null default session_user,
    registration bigint generated always as identity unique,
    primary key (name, version)
);

create unique index projections_live on annals.projections (name) where live;

-- Functions of a projection's author run as the projection's role. The role owns them, and so could change one, or leave
-- something behind that a later statement of the caller's session would run as the caller. So what calls them looks
-- before and after; what is refused is undone with its transaction.

-- Whose rights such a function has.
create function annals.owner_of_confined(function text) returns oid
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    owner oid := (select proowner from pg_proc where oid = (function || '()')::regprocedure and prosecdef);
begin
    if owner is null then
        raise exception '%() would not run as the role of its projection', function using errcode = 'insufficient_privilege';
    end if;
    return owner;
end
$$;

-- After each call: a plain SET outlasts the function that it is in.
create function annals.refuse_search_path() returns void
language plpgsql as $$
begin
    if pg_catalog.current_setting('search_path') operator(pg_catalog.<>) 'pg_catalog, pg_temp' then
        raise exception 'SET search_path is not allowed here: it would outlast the projection'
            using errcode = 'insufficient_privilege', hint = 'Write SET LOCAL, or name the schema.';
    end if;
end
$$;

-- After the last call.
create function annals.refuse_left_behind(owner oid) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if exists (select from pg_prepared_statements where from_sql) or exists (select from pg_cursors where is_holdable)
       or exists (select from pg_trigger where tgdeferrable and not tgisinternal
                                           and (select relowner from pg_class c where c.oid = tgrelid) = owner) then
        raise exception 'PREPARE, cursors WITH HOLD and deferrable triggers are not allowed here: they would run as another user'
            using errcode = 'insufficient_privilege';
    end if;
end
$$;

-- Calls one of them, and returns what it answers.
create function annals.call_confined(function text) returns text
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    answer text;
    owner oid := annals.owner_of_confined(function);
begin
    execute format('select %s()', function) into answer;
    perform annals.refuse_search_path();
    perform annals.refuse_left_behind(owner);
    return answer;
end
$$;

-- Puts events into the session's temporary table `batch_rows`, and calls blocks of one projection, one after the other,
-- each with its part of them: `calls` are the functions, `parts` says for each call which part it sees in `batch`, and
-- `part` for each event to which part it belongs, from 1 on.
--
-- Rows are not deleted after a batch: `on commit delete rows` takes half a millisecond of each transaction, and deleted
-- rows are read past. Instead each part has a number of its own in the session, and the table is emptied when it is
-- large. Before that it is analysed, at first each time and then less often, so that plans are made for parts of the
-- size that this projection has.
create function annals.apply_blocks(
    calls text[], parts int[],
    part int[], category text[], partition int[], "position" bigint[], key text[], version bigint[], id uuid[],
    type text[], schema_version int[], data text[], metadata text[], occurred_at timestamptz[],
    recorded_at timestamptz[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    bytes_max constant bigint := 1024 * 1024;
    last_part int := coalesce(nullif(current_setting('annals.part', true), ''), '0');
    emptied int := coalesce(nullif(current_setting('annals.batch_emptied', true), ''), '0');
    owner oid := annals.owner_of_confined(calls[1]);
begin
    if pg_table_size('pg_temp.batch_rows') > bytes_max then
        if emptied & (emptied - 1) = 0 then
            analyze pg_temp.batch_rows (part, key, version);
        end if;
        truncate pg_temp.batch_rows;
        perform set_config('annals.batch_emptied', (emptied + 1)::text, false);
    end if;
    insert into pg_temp.batch_rows
    select last_part + e.part, e.category, e.partition, e.position, e.key, e.version, e.id, e.type, e.schema_version,
           e.data::jsonb, e.metadata::jsonb, e.occurred_at, e.recorded_at, e.place
    from (select unnest(part) as part, unnest(category) as category, unnest(partition) as partition,
                 unnest("position") as position, unnest(key) as key, unnest(version) as version, unnest(id) as id,
                 unnest(type) as type, unnest(schema_version) as schema_version, unnest(data) as data,
                 unnest(metadata) as metadata, unnest(occurred_at) as occurred_at, unnest(recorded_at) as recorded_at,
                 generate_series(1, cardinality(part)) as place) e;
    for i in 1 .. cardinality(calls) loop
        perform set_config('annals.part', (last_part + parts[i])::text, false);
        -- An earlier block may have changed this one.
        if owner is distinct from (select proowner from pg_proc
                                   where oid = (calls[i] || '()')::regprocedure and prosecdef) then
            raise exception '%() would not run as the role of its projection', calls[i]
                using errcode = 'insufficient_privilege';
        end if;
        execute 'select ' || calls[i] || '()';
        perform annals.refuse_search_path();
    end loop;
    perform annals.refuse_left_behind(owner);
    perform set_config('annals.part', (last_part + parts[cardinality(parts)] + 1)::text, false);  -- has no row
end
$$;

-- A trial makes a projection and undoes it (annals projections check). Nothing of it is seen by another session or
-- stays, and all that it makes belongs to annals_trial, a role that can only read what is in the schema read. So every
-- analyst may call these two functions, with any SQL. Each trial has one of the schemas for itself, and a fifth one
-- waits until another ends.
create table annals.trials (
    schema text primary key,
    opened boolean not null default false        -- only within a trial's own transaction
);
insert into annals.trials select 'trial_' || n from generate_series(1, 4) n;

create function annals.refuse_to_keep_trial() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'a transaction with a trial of a projection cannot be committed'
        using errcode = 'invalid_transaction_termination', hint = 'Roll it back.';
end
$$;

create constraint trigger trials_are_undone after update on annals.trials
    deferrable initially deferred for each row execute function annals.refuse_to_keep_trial();
alter table annals.trials enable always trigger trials_are_undone;

-- Begins a trial, and returns its schema.
create function annals.open_trial() returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    name text;
begin
    select schema into name from annals.trials where not opened order by schema for update skip locked limit 1;
    if name is null then
        select schema into name from annals.trials where not opened order by schema for update limit 1;
    end if;
    update annals.trials set opened = true where schema = name;
    return name;
end
$$;

-- Makes a function of the trial that runs as annals_trial, not as its caller. `settings`: of the function, name=value.
create function annals.trial_function(schema text, name text, result regtype, settings text[], body text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    clauses text := (select string_agg(format(' set %I = %L', split_part(s, '=', 1), substr(s, strpos(s, '=') + 1)), '')
                     from unnest(settings) s);
begin
    if not exists (select from annals.trials t where t.schema = trial_function.schema and t.opened) then
        raise exception '"%" is no trial of this transaction', schema using errcode = 'invalid_schema_name';
    end if;
    execute format('create or replace function %I.%I() returns %s language plpgsql security definer '
                   'set search_path = %I, read, pg_temp%s as %L', schema, name, result, schema, clauses, body);
    execute format('grant execute on function %I.%I() to public', schema, name);
    execute format('alter function %I.%I() owner to annals_trial', schema, name);
end
$$;
