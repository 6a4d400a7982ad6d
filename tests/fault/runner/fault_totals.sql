-- projection: fault_totals
-- version: 1
-- categories: faults
-- parallel: key
-- A count, a sum and a list: an event applied twice, left out or out of order shows in its key's row.

create table fault_totals (
  key      text primary key,
  total    bigint not null,
  amount   bigint not null,
  versions bigint[] not null
);

-- apply: *
insert into fault_totals as t
select key, count(*), sum((data->>'amount')::bigint), array_agg(version order by position) from batch group by key
on conflict (key) do update
set total = t.total + excluded.total, amount = t.amount + excluded.amount, versions = t.versions || excluded.versions;
