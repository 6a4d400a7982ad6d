-- projection: fault_journal
-- version: 1
-- categories: faults
-- order: strict
-- Every application leaves a line, in the order of application.

create table fault_journal (
  line     bigint generated always as identity primary key,
  log      text not null,
  position bigint not null
);
create table fault_grand_total (only_row boolean primary key, total bigint not null, amount bigint not null);
insert into fault_grand_total values (true, 0, 0);

-- apply: *
insert into fault_journal (log, position)
select log, position from batch order by log, position;
update fault_grand_total
set total = total + (select count(*) from batch),
    amount = amount + (select sum((data->>'amount')::bigint) from batch);
