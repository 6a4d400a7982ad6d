-- projection: activity_counts
-- version: 1
-- categories: hospital
-- order: none

create table activity_counts (
    activity text primary key,
    events   bigint not null,
    first_at timestamptz not null,
    last_at  timestamptz not null
);

-- apply: *
insert into activity_counts as counted
select type, count(*), min(occurred_at), max(occurred_at) from batch group by type
on conflict (activity) do update set
    events   = counted.events + excluded.events,
    first_at = least(counted.first_at, excluded.first_at),
    last_at  = greatest(counted.last_at, excluded.last_at);
