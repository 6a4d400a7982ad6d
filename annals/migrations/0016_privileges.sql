-- SPDX-License-Identifier: Apache-2.0
-- The rights of each role: every grant and revoke. Object by object: tests/migrations/privileges.txt; in words:
-- docs/operating/roles.md.
set local role annals_owner;

-- PUBLIC has no rights, also on objects of later migrations.
revoke all on schema annals, read from public;
revoke all on all tables in schema annals, read from public;
revoke all on all sequences in schema annals, read from public;
revoke all on all routines in schema annals, read from public;
alter default privileges revoke execute on routines from public;

-- Events never change: the owner has no privilege to change them either.
revoke update, delete, truncate on annals.events from annals_owner;

-- Everyone can see the names.
grant usage on schema annals to annals_writer, annals_appender, annals_projector, annals_reader, annals_analyst,
    annals_auditor, annals_archiver;
grant usage on schema read to annals_projector, annals_reader, annals_analyst, annals_auditor;
grant execute on function annals.partition_of
    to annals_writer, annals_appender, annals_projector, annals_reader, annals_analyst, annals_auditor;
grant select on annals.migrations to annals_writer, annals_projector, annals_reader, annals_analyst;

-- Writer: appends, and keeps the ledger of publication, idempotency keys and snapshots.
grant select on annals.categories, annals.logs to annals_writer;
grant select, insert on annals.events, annals.idempotency_keys to annals_writer;
grant select, insert, update, delete on annals.snapshots, annals.publication_leaders, annals.publication_cursors,
    annals.publication_topics, annals.publication_halts to annals_writer;
grant execute on function annals.recorded_not_before, annals.find_at_versions, annals.find_resent,
    annals.find_sent, annals.append_many to annals_writer;

-- Appender: the SQL API and nothing else, so that no outside program can write an event to the wrong partition or
-- leave a gap in the positions.
grant execute on function annals.append, annals.append_streams, annals.new_id to annals_writer, annals_appender;
grant execute on function annals.ensure_category to annals_writer, annals_appender, annals_projector;
grant execute on function annals.read_stream, annals.read_log, annals.read_category, annals.positions_before,
    annals.list_categories, annals.list_streams
    to annals_writer, annals_appender, annals_reader, annals_analyst, annals_auditor;
grant execute on function annals.check_given, annals.parse_token, annals.progress, annals.why_parked,
    annals.outcome_so_far, annals.has_reached, annals.pause_of_wait, annals.wait_for, annals.refusal_of_commit
    to annals_appender, annals_reader, annals_analyst, annals_auditor;
grant execute on procedure annals.wait to annals_appender, annals_reader, annals_analyst, annals_auditor;

-- Projector: reads the log and how far it is published, and keeps the state of processors. It registers the log's
-- categories in the database of its read models.
grant select on annals.categories, annals.logs, annals.events, annals.projections, annals.publication_leaders,
    annals.publication_cursors, annals.publication_topics, annals.publication_halts to annals_projector;
grant select, insert, update, delete on annals.checkpoints, annals.processor_states, annals.processor_failures,
    annals.parked_keys, annals.parked_events, annals.process_manager_states, annals.outgoing_commands
    to annals_projector;
grant select on annals.parked, annals.lag, annals.outgoing to annals_projector;
grant execute on function annals.due_commands, annals.next_due to annals_projector;
grant execute on function annals.outgoing_problems to annals_projector, annals_auditor;

-- Writer and projector: they divide publication and processors among processes. Every process announces itself,
-- carries out requests, may make requests, and removes old rows.
grant select, insert, update on annals.leases to annals_writer, annals_projector;
grant select, insert, update, delete on annals.lease_members to annals_writer, annals_projector;
grant execute on function annals.watermarks to annals_writer, annals_projector;
grant execute on function annals.lease_holders to annals_writer, annals_projector, annals_auditor;
grant select, insert, update, delete on annals.processes to annals_writer, annals_projector;
grant select, insert (verb, subject, arguments, asked_by, reason),
    update (state, taken_by, taken_at, progress, message, finished_at)
    on annals.jobs to annals_writer, annals_projector;
grant execute on function annals.purge_idempotency_keys to annals_writer, annals_projector;

-- Writer: runs sagas. Appender: starts them and asks for something. Who reads sees how far they are.
grant select, insert, update, delete on annals.saga_states, annals.saga_steps, annals.saga_timers, annals.saga_inputs,
    annals.saga_owners to annals_writer;
grant select on annals.saga_definitions to annals_writer;
grant execute on function annals.register_saga, annals.start_saga_once, annals.log_of_saga, annals.store_sagas, annals.answer_parent, annals.answer_parents,
    annals.saga_inputs_for, annals.sagas_due to annals_writer;
grant execute on function annals.start_saga, annals.ask_saga to annals_writer, annals_appender;
grant select on annals.saga_definitions, annals.saga_states, annals.saga_steps, annals.saga_timers
    to annals_reader, annals_analyst;
grant execute on function annals.remove_sagas, annals.forget_saga_requests to annals_writer, annals_projector;

-- Reader and analyst: events and read models, but not which process works on them or what operators requested.
grant select on annals.categories, annals.logs, annals.events, annals.projections, annals.checkpoints,
    annals.processor_states, annals.processor_failures, annals.parked_keys, annals.parked_events, annals.parked,
    annals.lag, annals.outgoing, annals.recorded_events, annals.streams, annals.event_statistics
    to annals_reader, annals_analyst;
grant execute on function annals.processor_activity
    to annals_projector, annals_reader, annals_analyst, annals_auditor;

-- Who runs projections, or tries them.
grant execute on function annals.call_confined, annals.apply_blocks, annals.owner_of_confined,
    annals.refuse_search_path, annals.refuse_left_behind to annals_projector, annals_analyst;

-- Analyst: tries files of projections and proposes them. A trial reads what analysts read, and nothing else.
grant execute on function annals.open_trial, annals.trial_function, annals.propose_projection to annals_analyst;
grant execute on function annals.proposed_projections to annals_analyst, annals_auditor;
grant usage on schema read to annals_trial;
grant usage on schema trial_1, trial_2, trial_3, trial_4 to annals_analyst;

-- Auditor: reads everything, including objects of later migrations; writes nothing.
grant select on all tables in schema annals, read to annals_auditor;
alter default privileges in schema annals grant select on tables to annals_auditor;

-- Archiver: what an archive would read. No command needs more yet.
grant select on annals.categories, annals.logs, annals.events to annals_archiver;

-- Analyst: what a reader may, in a session of their own. This function makes a user one: the user finds the read models
-- without naming their schema, and cannot block others for long. (Settings of a role are not inherited by its
-- members.) Needs the rights of ALTER ROLE.
create function annals.make_analyst(user_name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    setting text;
begin
    perform annals.check_given('user_name', user_name);
    execute format('grant annals_analyst to %I', user_name);
    foreach setting in array array['search_path = read, annals', 'statement_timeout = ''15 min''',
                                   'idle_in_transaction_session_timeout = ''60 s'''] loop
        execute format('alter role %I in database %I set %s', user_name, current_database(), setting);
    end loop;
end
$$;
