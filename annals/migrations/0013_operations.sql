-- SPDX-License-Identifier: Apache-2.0
-- Which processes run and what they know; which requests were made, by whom and why. In the log's database.
set local role annals_owner;

-- One row per process; kept for a week after it was last seen, to show which process knew something last.
create table annals.processes (
    id         uuid primary key,
    program    text not null,
    version    text not null,
    host       text not null,
    pid        int not null,
    parts      text[] not null,                     -- what of `run` it does: publisher, projections
    knows      jsonb not null default '[]',         -- [{"kind": "projection", "name": …, "version": …}, …]
    started_at timestamptz not null default clock_timestamp(),
    seen_at    timestamptz not null default clock_timestamp(),
    stopped_at timestamptz,                         -- when it ended by itself; null for a lost process
    run_by     text not null default session_user   -- the user whose rights it has at the log
) with (fillfactor = 50);

-- Operators' requests. They are also the record of administrative acts, so annals never removes rows.
create table annals.jobs (
    id          bigint generated always as identity primary key,
    verb        text not null,                      -- such as `pause projection`
    subject     text not null,
    arguments   jsonb not null default '{}',
    asked_by    text not null,
    asked_at    timestamptz not null default clock_timestamp(),
    reason      text not null default '',
    state       text not null default 'waiting' check (state in ('waiting', 'taken', 'done', 'failed', 'cancelled')),
    taken_by    uuid,
    taken_at    timestamptz,
    progress    text not null default '',
    message     text not null default '',
    finished_at timestamptz
);
create index jobs_open on annals.jobs (id) where state in ('waiting', 'taken');

-- A file of an SQL projection that somebody without the owner's rights wants to be applied: a job that no process
-- takes, until an owner accepts it. Its text is what is applied, whatever has become of the file.
create function annals.propose_projection(projection text, text text, reason text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    number bigint;
begin
    if projection !~ '^[a-z][a-z0-9_]{0,39}$' or octet_length(text) > 1000000 then
        raise exception 'this is no file of a projection: its name or its length cannot be'
            using errcode = 'invalid_parameter_value';
    end if;
    -- Who reads it on a terminal must see all of it.
    if replace(text, e'\r\n', e'\n') ~ '[\u0001-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]' then
        raise exception 'the file has control characters, which could hide a part of it'
            using errcode = 'invalid_parameter_value', hint = 'Remove them; line ends and tabs are fine.';
    end if;
    insert into annals.jobs (verb, subject, arguments, asked_by, reason)
    values ('apply projection', projection, jsonb_build_object('text', text), session_user, reason)
    returning id into number;
    return number;
end
$$;
create index jobs_proposed on annals.jobs (id) where verb = 'apply projection';

-- What was proposed and what has become of it, the newest first.
create function annals.proposed_projections(
    out job bigint, out state text, out projection text, out asked_by text, out asked_at timestamptz, out reason text,
    out message text, out text text)
returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select id, state, subject, asked_by, asked_at, reason, message, arguments->>'text'
    from annals.jobs where verb = 'apply projection' order by id desc
$$;
