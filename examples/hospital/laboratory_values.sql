-- projection: laboratory_values
-- version: 1
-- categories: hospital
-- order: none

create table laboratory_values (
    month        date not null,
    measurement  text not null,
    measurements bigint not null,
    total        numeric not null,
    mean         numeric generated always as (round(total / measurements, 3)) stored,
    maximum      numeric not null,
    primary key (month, measurement)
);

-- apply: Leucocytes, CRP, LacticAcid
-- A measurement has its value under its own name; one without a value does not count.
insert into laboratory_values as so_far (month, measurement, measurements, total, maximum)
select date_trunc('month', occurred_at at time zone 'UTC')::date, type, count(*), sum(value), max(value)
from batch, lateral (select (data ->> type)::numeric as value) as measured
where jsonb_typeof(data -> type) = 'number'
group by 1, 2
on conflict (month, measurement) do update set
    measurements = so_far.measurements + excluded.measurements,
    total        = so_far.total + excluded.total,
    maximum      = greatest(so_far.maximum, excluded.maximum);
