-- SPDX-License-Identifier: Apache-2.0
-- Read models: what is registered, and the schema in which analysts find the live ones.

create schema read authorization annals_owner;
set local role annals_owner;

-- Each version keeps its tables and functions in a schema of its own, p_<name>_<version>.
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
    live boolean not null,                       -- shown in the schema read; otherwise it waits for a rebuild
    shows text[] not null default '{}',          -- its names there
    created_at timestamptz not null default clock_timestamp(),
    created_by text not null default session_user,
    registration bigint generated always as identity unique,
    primary key (name, version)
);

create unique index projections_live on annals.projections (name) where live;
