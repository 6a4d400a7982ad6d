-- SPDX-License-Identifier: Apache-2.0
-- Which logs are not published for now, and why: what belongs to one log or topic stops that one only.
set local role annals_owner;

create table annals.publication_halts (
    log      int primary key references annals.logs,
    since    timestamptz not null default clock_timestamp(),
    attempts int not null,                   -- to publish it, since then
    reason   text not null,
    to_do    text not null,
    tried_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

grant select, insert, update, delete on annals.publication_halts to annals_writer;
grant select on annals.publication_halts to annals_projector;
