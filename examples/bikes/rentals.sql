-- projection: rentals
-- version: 1
-- categories: bike
-- parallel: key
create table rentals (bike text primary key, rentals bigint not null, minutes bigint not null);

-- apply: bike.rented, bike.returned
insert into rentals as so_far
select key, count(*) filter (where type = 'bike.rented'),
       coalesce(sum(case schema_version when 1 then (data->>'seconds')::bigint / 60      -- facts.hpp: 1 → 2
                                        else (data->>'minutes')::bigint end), 0)
from batch group by key
on conflict (bike) do update set
    rentals = so_far.rentals + excluded.rentals,
    minutes = so_far.minutes + excluded.minutes;
