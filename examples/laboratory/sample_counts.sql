-- projection: sample_counts
-- version: 1
-- categories: sample
-- How many samples of each type there are, and of how many patients.

create table sample_counts (
  sample_type     text primary key,
  total_count     bigint not null,
  unique_patients bigint not null
);
-- Patients seen; not shown to analysts (its name begins with _).
create table _patients (
  sample_type text not null,
  patient_id  text not null,
  primary key (sample_type, patient_id)
);

-- apply: sample.created
with sample as (
  select coalesce(data->>'sample_type', 'unknown') as sample_type, data->>'patient_id' as patient_id
  from batch
), first_seen as (
  insert into _patients
  select distinct sample_type, patient_id from sample where patient_id is not null
  on conflict do nothing
  returning sample_type
)
insert into sample_counts as c
select s.sample_type, count(*), (select count(*) from first_seen f where f.sample_type = s.sample_type)
from sample s
group by s.sample_type
on conflict (sample_type) do update
  set total_count = c.total_count + excluded.total_count,
      unique_patients = c.unique_patients + excluded.unique_patients;
