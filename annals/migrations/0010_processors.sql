-- SPDX-License-Identifier: Apache-2.0
-- How far each processor has come, and what it is doing.
-- In the database of the read models, which may be another one than the log's.
-- registration: the projection's; null: the processor is not registered.
set local role annals_owner;

create table annals.checkpoints (
    processor    text collate "C" not null,
    version      int not null,
    log          int not null references annals.logs,
    position     bigint not null default 0 check (position >= 0),
    event_id     uuid,                         -- of the event at the position: shows whether the log was restored
    recorded_at  timestamptz,                  -- of the event at the position
    late_events  bigint not null default 0,    -- applied after an event that comes later in the order of all logs
    epoch        bigint not null default 0,    -- raised when a log is taken: fences the previous holder
    updated_at   timestamptz not null default clock_timestamp(),
    registration bigint references annals.projections (registration) on delete cascade on update cascade,
    stop_at      bigint,                       -- of a version that is built: nothing moves it beyond this position
    primary key (processor, version, log)
) with (fillfactor = 50);

-- No row: running.
create table annals.processor_states (
    processor    text collate "C" not null,
    version      int not null,
    state        text not null check (state in ('running', 'paused', 'stopped')),
    reason       text not null default '',
    at_log       int references annals.logs,
    at_position  bigint,
    updated_at   timestamptz not null default clock_timestamp(),
    registration bigint references annals.projections (registration) on delete cascade on update cascade,
    primary key (processor, version)
);

-- The attempts of a process that have failed since its last success. The next success removes the row; the end of the
-- process does not, so that the reason can still be read when no process tries any more.
create table annals.processor_failures (
    processor text collate "C" not null,
    version   int not null,
    process   text collate "C" not null,             -- as in annals.lease_members
    failures  int not null,
    since     timestamptz not null,
    reason    text not null,                         -- of the last one
    failed_at timestamptz not null,                  -- when that was
    primary key (processor, version, process)
) with (fillfactor = 50);

-- A key that waits: its first event here cannot be applied, so all its later ones wait behind it, in order. The other
-- keys go on. Only the process that owns the log changes these rows, in transactions that hold the log's checkpoint.
-- Operators write only the request.
create table annals.parked_keys (
    processor        text collate "C" not null,
    version          int not null,
    log              int not null references annals.logs,
    key              text collate "C" not null,
    events           bigint not null,                -- how many wait
    reason           text not null,                  -- why the first one cannot be applied
    attempts         int not null default 1,
    parked_at        timestamptz not null default clock_timestamp(),
    tried_at         timestamptz not null default clock_timestamp(),
    request          text check (request in ('retry', 'discard', 'discard all')),
    request_position bigint,                         -- of a discard: that of the first event when it was asked for
    mirrored_position bigint,                        -- of the last first event that was published to a topic of its own
    registration     bigint references annals.projections (registration) on delete cascade on update cascade,
    primary key (processor, version, log, key)
) with (fillfactor = 50);
create index parked_keys_requests on annals.parked_keys (processor, version) where request is not null;

-- The events of parked keys. What they hold is in the log; `edited`: what an operator wants applied in its place.
create table annals.parked_events (
    processor      text collate "C" not null,
    version        int not null,
    log            int not null,
    key            text collate "C" not null,
    position       bigint not null,
    stream_version bigint not null,
    id             uuid not null,
    type           text not null,
    edited         json,
    primary key (processor, version, log, position),
    foreign key (processor, version, log, key) references annals.parked_keys on delete cascade on update cascade
);
create index parked_events_of_key on annals.parked_events (processor, version, log, key, position);

-- What is parked, a row a key, for people: the first event of each, and why it cannot be applied.
create view annals.parked as
    select k.processor as projection, k.version, l.category, k.key, k.events, e.type, l.partition, e.position,
           e.id as event, k.reason, k.attempts, k.parked_at, k.tried_at, k.request
    from annals.parked_keys k
    join annals.logs l using (log)
    cross join lateral (select p.type, p.position, p.id from annals.parked_events p
                        where p.processor = k.processor and p.version = k.version and p.log = k.log and p.key = k.key
                        order by p.position limit 1) e;

comment on view annals.parked is
    'Keys that wait because their first event could not be applied to a projection. Empty: nothing waits.';
comment on column annals.parked.projection is 'for which the key waits';
comment on column annals.parked.version is 'of the projection';
comment on column annals.parked.category is 'the kind of the stream';
comment on column annals.parked.key is 'which stream of the category';
comment on column annals.parked.events is 'how many of its events wait';
comment on column annals.parked.type is 'of the first event that waits';
comment on column annals.parked.partition is 'the log of the category that holds it';
comment on column annals.parked.position is 'of the first event in that log';
comment on column annals.parked.event is 'the id of the first event';
comment on column annals.parked.reason is 'why the first event cannot be applied';
comment on column annals.parked.attempts is 'how often that was tried';
comment on column annals.parked.parked_at is 'when the key began to wait';
comment on column annals.parked.tried_at is 'when its first event was tried last';
comment on column annals.parked.request is 'what an operator has asked for and is not done yet; null: nothing';

-- How far each processor is behind each log that it follows: a row for each checkpoint, and for each log of a live
-- projection that no process has begun. Two look-ups in an index a row, however many events there are: positions have
-- no gaps, so that the last one is the number of events, and the oldest event not applied is the one after the
-- position.
-- Every database has this view, but only the log's own has the events: where the read models are kept in another
-- database (read_dsn), their checkpoints are there and the events are not. So a database without any event says null,
-- for unknown; `annals lag` asks both.
create view annals.lag as
    with followed as (
        select c.processor, c.version, c.log, c.position from annals.checkpoints c
        union all
        select p.name, p.version, l.log, 0
        from annals.projections p
        cross join unnest(p.categories) with ordinality category(name, n)
        join annals.logs l on l.tenant = '' and l.category = category.name
        where p.live and not exists (select from annals.checkpoints c
                                     where c.processor = p.name and c.version = p.version and c.log = l.log)
    )
    select f.processor as projection, f.version, l.category, l.partition, f.position, head.position as head,
           head.position - f.position as events_behind,
           case when here.is_the_log
                then round(coalesce(greatest(extract(epoch from clock_timestamp() - oldest.recorded_at), 0), 0), 3)
           end as seconds_behind
    from followed f
    join annals.logs l using (log)
    cross join (select exists (select from annals.events) as is_the_log) here
    left join lateral (select e.position from annals.events e where e.log = f.log order by e.position desc limit 1) last
        on true
    left join lateral (select e.recorded_at from annals.events e where e.log = f.log and e.position = f.position + 1
                       limit 1) oldest on true
    cross join lateral (select case when here.is_the_log then greatest(last.position, f.position) end as position) head;

comment on view annals.lag is
    'How far each projection, and each processor of a program, is behind each log. Two look-ups a row, however '
    'many events there are. Where this database holds no event the log is elsewhere, and head and lag are null.';
comment on column annals.lag.projection is 'its name; also of a processor of a program';
comment on column annals.lag.version is
    'of the projection; one that waits for a rebuild has rows, too, as soon as it has begun';
comment on column annals.lag.category is 'the category of the log';
comment on column annals.lag.partition is 'the number of the log in its category';
comment on column annals.lag.position is 'of the last event that was applied; 0: none yet';
comment on column annals.lag.head is 'the position of the last event in the log';
comment on column annals.lag.events_behind is 'how many events are not applied yet';
comment on column annals.lag.seconds_behind is
    'how long ago the oldest event that is not applied was stored; 0: none waits';

-- Every processor that is registered or has ever worked. The state is one of
--   waiting    registered, but an older version is live
--   building   a rebuild has begun, and is not live yet
--   kept       an older version is applied on, so that it can be live again
--   stopped    an event's own content cannot be applied; stays so until it is resumed
--   paused     by an operator; stays so until it is resumed
--   retrying   attempts have failed since the last success: how many, since when, and why
--   idle       no process works on it
--   running    none of these
-- Readers may call it, too; they may not see which process works on what, but learn the number of processes.
create function annals.processor_activity(
    out processor text, out version int, out categories text[], out state text, out reason text, out failures int,
    out since timestamptz, out processes int, out category text, out partition int, out "position" bigint,
    out registration bigint, out parked_keys bigint, out parked_events bigint)
returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with known as (
        select p.name as processor, p.version from annals.projections p
        union select c.processor, c.version from annals.checkpoints c
        union select s.processor, s.version from annals.processor_states s
    ),
    members as (
        select w.work, count(distinct m.process)::int as processes from annals.lease_members m, unnest(m.works) w(work)
        where m.seen_at > clock_timestamp() - interval '10 s' group by 1
    ),
    failing as (
        select distinct on (f.processor, f.version) f.processor, f.version, f.reason,
               sum(f.failures) over same as failures, min(f.since) over same as since
        from annals.processor_failures f
        window same as (partition by f.processor, f.version)
        order by f.processor, f.version, f.failed_at desc
    ),
    waiting as (
        select q.processor, q.version, count(*) as keys, sum(q.events)::bigint as events from annals.parked_keys q
        group by 1, 2
    )
    select k.processor, k.version,
           coalesce(p.categories, array(select distinct l.category from annals.checkpoints c join annals.logs l using (log)
                                        where c.processor = k.processor and c.version = k.version order by 1)),
           now.state,
           case now.state when 'retrying' then f.reason
                          when 'idle' then 'no process works on it'
                          when 'running' then ''
                          when 'waiting' then 'an older version is live'
                          when 'building' then 'it is built beside the live version'
                          when 'kept' then format('it can be live again until %s UTC%s',
                                                  to_char(p.kept_until at time zone 'UTC', 'YYYY-MM-DD HH24:MI'),
                                                  case when m.processes is null then '; no process works on it' end)
                          else coalesce(s.reason, '') end,
           case now.state when 'retrying' then f.failures::int end,
           case now.state when 'retrying' then f.since when 'stopped' then s.updated_at when 'paused' then s.updated_at end,
           coalesce(m.processes, 0), at.category, at.partition, s.at_position, coalesce(p.registration, 0),
           coalesce(w.keys, 0), coalesce(w.events, 0)
    from known k
    left join annals.projections p on p.name = k.processor and p.version = k.version
    left join annals.processor_states s on s.processor = k.processor and s.version = k.version
    left join annals.logs at on at.log = s.at_log
    left join members m on m.work = format('processor %s/%s/%s', k.processor, k.version, coalesce(p.registration, 0))
    left join failing f on f.processor = k.processor and f.version = k.version
    left join waiting w on w.processor = k.processor and w.version = k.version,
    lateral (select case when s.state in ('stopped', 'paused') then s.state
                         when not p.live and p.kept_until is null
                         then case when exists (select from annals.checkpoints b where b.registration = p.registration)
                                   then 'building' else 'waiting' end
                         when f.failures is not null then 'retrying'
                         when p.kept_until is not null then 'kept'
                         when m.processes is null then 'idle'
                         else 'running' end) as now(state)
    order by 1, 2
$$;
