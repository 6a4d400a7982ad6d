-- projection: journeys
-- version: 1
-- categories: hospital
-- parallel: key

create table journeys (
    patient        text primary key,
    events         bigint not null,
    first_event    text not null,
    first_at       timestamptz not null,
    last_event     text not null,
    last_at        timestamptz not null,
    registered_at  timestamptz,
    antibiotics_at timestamptz,
    hours_to_antibiotics numeric generated always as
        (round(extract(epoch from antibiotics_at - registered_at) / 3600, 2)) stored
);

-- apply: *
insert into journeys as journey
    (patient, events, first_event, first_at, last_event, last_at, registered_at, antibiotics_at)
select key,
       count(*),
       (array_agg(type order by version))[1],
       (array_agg(occurred_at order by version))[1],
       (array_agg(type order by version desc))[1],
       (array_agg(occurred_at order by version desc))[1],
       min(occurred_at) filter (where type = 'ER Registration'),
       min(occurred_at) filter (where type = 'IV Antibiotics')
from batch
group by key
on conflict (patient) do update set
    events         = journey.events + excluded.events,
    last_event     = excluded.last_event,
    last_at        = excluded.last_at,
    registered_at  = least(journey.registered_at, excluded.registered_at),
    antibiotics_at = least(journey.antibiotics_at, excluded.antibiotics_at);
