-- projection: deliveries
-- version: 1
-- categories: parcel
-- How many parcels each courier has delivered.
create table deliveries (courier text primary key, parcels bigint not null);
-- apply: parcel.delivered
insert into deliveries as d
select data->>'courier', count(*) from batch group by 1
on conflict (courier) do update set parcels = d.parcels + excluded.parcels;
