-- projection: fault_journal
-- version: 1
-- categories: faults
-- order: strict
-- Every application leaves a line; lines are in the one order of all logs.

create table fault_journal (
  line     bigint primary key,
  log      text not null,
  position bigint not null
);
create table fault_grand_total (only_row boolean primary key, total bigint not null, amount bigint not null);
insert into fault_grand_total values (true, 0, 0);

-- apply: *
insert into fault_journal
select (select coalesce(max(line), 0) from fault_journal) + row_number() over (order by place), log, position from batch;
update fault_grand_total
set total = total + (select count(*) from batch),
    amount = amount + (select sum((data->>'amount')::bigint) from batch);
