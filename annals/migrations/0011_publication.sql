-- SPDX-License-Identifier: Apache-2.0
-- Who led each log last, and how far it is published.
set local role annals_owner;

-- The leader of a log, or the last one. Leading means having the log's lease.
create table annals.publication_leaders (
    log           int primary key references annals.logs,
    epoch         bigint not null,           -- raised by every new leader
    pid           int not null,
    backend_start timestamptz not null,
    since         timestamptz not null
);

create table annals.publication_cursors (
    log          int primary key references annals.logs,
    position     bigint not null,            -- of the last event that the broker has acknowledged
    topic_offset bigint not null,            -- after it
    event_id     uuid not null,              -- all zeros: nothing was published yet, the next position is the first
    incarnation  text not null,              -- of the store: system identifier and timeline
    updated_at   timestamptz not null
) with (fillfactor = 50);

-- The topic of each category: cursors count offsets in that topic only.
create table annals.publication_topics (
    category   text collate "C" primary key references annals.categories,
    topic      text not null,
    claimed_at timestamptz not null default clock_timestamp()
);

-- Which logs are not published for now, and why: an error of one log or topic stops only that one.
create table annals.publication_halts (
    log      int primary key references annals.logs,
    since    timestamptz not null default clock_timestamp(),
    attempts int not null,                   -- attempts to publish it since then
    reason   text not null,
    to_do    text not null,
    tried_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);
