-- projection: processing_metrics
-- version: 1
-- categories: sample
-- Tumbling windows of one hour: how often processing of samples of a type was started, and of how many samples.

create table processing_metrics (
  window_start      timestamptz not null,
  window_end        timestamptz not null,
  sample_type       text not null,
  samples_processed bigint not null,
  unique_samples    bigint not null,
  primary key (window_start, sample_type)
);
create table _sample_types (
  sample      text primary key,
  sample_type text not null
);
create table _samples_in_window (
  window_start timestamptz not null,
  sample       text not null,
  primary key (window_start, sample)
);

-- apply: sample.created
insert into _sample_types
select key, coalesce(data->>'sample_type', 'unknown') from batch
on conflict do nothing;

-- apply: sample.processing_started
with started as (
  select date_trunc('hour', b.occurred_at, 'UTC') as window_start, b.key as sample, t.sample_type
  from batch b join _sample_types t on t.sample = b.key
), first_seen as (
  insert into _samples_in_window
  select distinct window_start, sample from started
  on conflict do nothing
  returning window_start, sample
)
insert into processing_metrics as m
select s.window_start, s.window_start + interval '1 hour', s.sample_type, count(*),
       (select count(*) from first_seen f join _sample_types t using (sample)
        where f.window_start = s.window_start and t.sample_type = s.sample_type)
from started s
group by s.window_start, s.sample_type
on conflict (window_start, sample_type) do update
  set samples_processed = m.samples_processed + excluded.samples_processed,
      unique_samples = m.unique_samples + excluded.unique_samples;
