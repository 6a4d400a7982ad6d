-- The answers to docs/guide/ten-questions.md, computed from all events at once: one query for each read model, below
-- its name.

-- answer: events_by_hour
select date_trunc('hour', occurred_at), type, count(*) from annals.events group by 1, 2

-- answer: patients_by_activity
select type, count(distinct key) from annals.events group by 1

-- answer: whereabouts
select key, data ->> 'org:group', occurred_at
from annals.events e
where data::jsonb ? 'org:group'
  and not exists (select from annals.events later
                  where later.key = e.key and later.version > e.version and later.data::jsonb ? 'org:group')

-- answer: waiting
with triage as (
    select key, min(version) as version from annals.events where type = 'ER Triage' group by key),
treatment as (
    select t.key, t.version as triage, min(e.version) as version
    from triage t left join annals.events e on e.key = t.key and e.type = 'IV Antibiotics' and e.version > t.version
    group by 1, 2)
select t.key, triaged.occurred_at, treated.occurred_at,
       round(extract(epoch from treated.occurred_at - triaged.occurred_at) / 60, 1)
from treatment t
join annals.events triaged on triaged.key = t.key and triaged.version = t.triage
left join annals.events treated on treated.key = t.key and treated.version = t.version

-- answer: visits
with recursive walk (key, version, number, started_at, ended_at, events) as (
    select key, version, 1::bigint, occurred_at, occurred_at, 1::bigint from annals.events where version = 1
    union all
    select e.key, e.version, number + is_new::int, case when is_new then e.occurred_at else started_at end,
           e.occurred_at, case when is_new then 1 else events + 1 end
    from walk w
    join annals.events e on e.key = w.key and e.version = w.version + 1,
    lateral (select e.occurred_at - ended_at > '8 h' as is_new) as gap)
select distinct on (key, number) key, number, started_at, ended_at, events
from walk order by key, number, version desc

-- answer: follows
select a.type, b.type, count(*), sum(b.occurred_at - a.occurred_at)
from annals.events a join annals.events b on b.key = a.key and b.version = a.version + 1
group by 1, 2

-- answer: stays
with known as (
    select key, version, occurred_at, data ->> 'org:group' as department,
           row_number() over (partition by key order by version) as n
    from annals.events where data::jsonb ? 'org:group'),
begun as (
    select b.key, b.occurred_at, b.department, row_number() over (partition by b.key order by b.version) as number
    from known b left join known a on a.key = b.key and a.n = b.n - 1
    where a.department is distinct from b.department)
select b.key, b.number, b.department, b.occurred_at, next.occurred_at
from begun b left join begun next on next.key = b.key and next.number = b.number + 1

-- answer: funnel
with recursive reached (key, step, version) as (
    select key, 1, min(version) from annals.events where type = 'ER Registration' group by key
    union all
    select r.key, r.step + 1, (select min(version) from annals.events e
                               where e.key = r.key and e.version > r.version and e.type = wanted.type)
    from reached r
    join (values (1, 'ER Triage'), (2, 'ER Sepsis Triage'), (3, 'IV Antibiotics'), (4, 'Admission NC'))
        as wanted (step, type) on wanted.step = r.step
    where r.version is not null)
select step, count(version) from reached group by step

-- answer: percentiles
with measured as (
    select type, (data ->> type)::numeric as value from annals.events
    where type in ('CRP', 'Leucocytes', 'LacticAcid') and jsonb_typeof(data::jsonb -> type) = 'number'),
ranked as (
    select *, row_number() over (partition by type order by value) as n, count(*) over (partition by type) as of
    from measured)
select type, max(of), min(value) filter (where n >= 0.5 * of), min(value) filter (where n >= 0.9 * of)
from ranked group by type

-- answer: crp_by_age
select div((registered.data ->> 'Age')::numeric, 10)::int * 10, count(*),
       round(avg((measured.data ->> 'CRP')::numeric), 2)
from annals.events measured
join annals.events registered on registered.key = measured.key and registered.type = 'ER Registration'
where measured.type = 'CRP' and measured.data ->> 'CRP' is not null and registered.data::jsonb ? 'Age'
group by 1
