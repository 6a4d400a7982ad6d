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
