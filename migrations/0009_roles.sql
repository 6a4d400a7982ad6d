-- SPDX-License-Identifier: Apache-2.0
-- Who may do what. The whole of it, object by object: tests/migrations/privileges.txt; in words: docs/roles.md.

do $$
declare
    wanted text;
begin
    foreach wanted in array array['annals_auditor', 'annals_archiver'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I nologin', wanted);
        end if;
    end loop;
end
$$;
set local role annals_owner;

-- PUBLIC has nothing, also of what later migrations make.
revoke all on schema annals, read from public;
revoke all on all tables in schema annals, read from public;
revoke all on all sequences in schema annals, read from public;
revoke all on all functions in schema annals, read from public;
alter default privileges revoke execute on functions from public;

-- Events stay as they are: no role has the privilege, the owner neither, and the triggers stop a superuser's slip.
-- `always`: also where session_replication_role is replica.
revoke update, delete, truncate on annals.events from annals_owner;
alter table annals.events enable always trigger events_are_not_changed;
alter table annals.categories enable always trigger categories_are_not_changed;
alter table annals.logs enable always trigger logs_are_not_changed;

-- Auditor: reads everything, also what later migrations make; writes nothing.
grant usage on schema annals, read to annals_auditor;
grant select on all tables in schema annals, read to annals_auditor;
alter default privileges in schema annals grant select on tables to annals_auditor;

-- Archiver: what a later archive will read. DELETE comes with the verb that keeps the last event of each stream and log.
grant usage on schema annals to annals_archiver;
grant select on annals.categories, annals.logs, annals.events to annals_archiver;

-- Reader: what happened and what was made of it; not who works on it and what operators asked for.
revoke select on annals.leases, annals.lease_members, annals.publishers, annals.publication_leaders,
    annals.publication_cursors, annals.workers, annals.orders from annals_reader;

-- Analyst: the schema read, and the functions that read.
revoke select on annals.checkpoints, annals.leases, annals.lease_members, annals.processor_states, annals.projections
    from annals_analyst;
grant execute on function annals.read, annals.read_log to annals_analyst, annals_auditor;
grant execute on function annals.partition_of to annals_auditor;
grant execute on function annals.parse_token, annals.has_reached, annals.wait_for
    to annals_appender, annals_reader, annals_analyst, annals_auditor;

-- Whoever works on projections may ask others to.
grant insert (verb, subject, arguments, asked_by, reason) on annals.orders to annals_projector;

-- Makes a user an analyst: who may read, finds the read models without naming their schema, and cannot hold up others
-- for long. (Settings of a role are not inherited by its members.) Needs what ALTER ROLE needs.
create function annals.make_analyst(user_name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    setting text;
begin
    execute format('grant annals_analyst to %I', user_name);
    foreach setting in array array['search_path = read, annals', 'statement_timeout = ''15 min''',
                                   'idle_in_transaction_session_timeout = ''60 s'''] loop
        execute format('alter role %I in database %I set %s', user_name, current_database(), setting);
    end loop;
end
$$;
