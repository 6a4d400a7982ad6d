-- SPDX-License-Identifier: Apache-2.0
-- Who publishes which log to its topic, and how far that has come.
set local role annals_owner;

-- One row a publisher, renewed every second; one that was silent for six is ended by those that are alive.
create table annals.publishers (
    pid           int primary key,           -- of the publisher's server process
    backend_start timestamptz not null,      -- of that process: a pid alone comes back
    program       text not null default '',
    beat_at       timestamptz not null
) with (fillfactor = 50);

-- Who leads a log, or was the last to. Leading is holding the advisory lock (4713, log).
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
    topic_offset bigint not null,            -- behind it
    event_id     uuid not null,              -- all zeros: nothing was published yet, the next position is the first
    incarnation  text not null,              -- of the store: system identifier and timeline
    updated_at   timestamptz not null
) with (fillfactor = 50);

-- Which topic a category is published to: cursors count offsets there and nowhere else.
create table annals.publication_topics (
    category   text collate "C" primary key references annals.categories,
    topic      text not null,
    claimed_at timestamptz not null default clock_timestamp()
);

-- Which logs are not published for now, and why: what belongs to one log or topic stops that one only.
create table annals.publication_halts (
    log      int primary key references annals.logs,
    since    timestamptz not null default clock_timestamp(),
    attempts int not null,                   -- to publish it, since then
    reason   text not null,
    to_do    text not null,
    tried_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);
