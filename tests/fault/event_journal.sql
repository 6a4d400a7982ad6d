-- projection: event_journal
-- version: 1
-- categories: faults
-- order: strict
-- Not idempotent either, and of all logs in one: every application leaves a line, in the order of application.

create table event_journal (
  line     bigint generated always as identity,
  log      text not null,
  position bigint not null
);
create table grand_total (total bigint not null);
insert into grand_total values (0);

-- apply: *
insert into event_journal (log, position)
select log, position from batch order by log, position;
update grand_total set total = total + (select count(*) from batch);
