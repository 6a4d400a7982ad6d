-- projection: fault_picky
-- version: 1
-- categories: faults
-- parallel: key
-- Cannot apply an event of the type fault.awkward half of the times that it tries: so its key is parked, and a retry
-- may succeed.

create table fault_picky (key text primary key, versions bigint[] not null);

-- apply: *
insert into fault_picky as t
select key, array_agg(version order by position) from batch
where case when type = 'fault.awkward' then 1 / floor(random() * 2)::int > 0 else true end
group by key
on conflict (key) do update set versions = t.versions || excluded.versions;
