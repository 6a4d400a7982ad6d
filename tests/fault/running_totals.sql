-- projection: running_totals
-- version: 1
-- categories: faults
-- parallel: key
-- Not idempotent on purpose: an event applied twice, left out or out of order shows in its key's row.

create table running_totals (
  key      text primary key,
  total    bigint not null,
  versions bigint[] not null
);

-- apply: *
insert into running_totals as t
select key, count(*), array_agg(version order by position) from batch group by key
on conflict (key) do update set total = t.total + excluded.total, versions = t.versions || excluded.versions;
