-- SPDX-License-Identifier: Apache-2.0
-- A projection that is removed and registered again, under the same name and version, is another one. Each registration
-- has a number that never comes back; checkpoints, leases and states belong to it and go with it. So a process that
-- still works for the one before, stopped for however long, finds nothing to move.
set local role annals_owner;

alter table annals.projections add column registration bigint generated always as identity unique;

-- Null: of a processor that is registered nowhere.
alter table annals.checkpoints add column registration bigint references annals.projections (registration) on delete cascade;
alter table annals.leases add column registration bigint references annals.projections (registration) on delete cascade;
alter table annals.processor_states add column registration bigint references annals.projections (registration) on delete cascade;
-- Renewed by the second, for many at once, and forgotten after a minute: a reference would only stand in the way.
alter table annals.lease_members add column registration bigint;

update annals.checkpoints c set registration = p.registration
from annals.projections p where p.name = c.processor and p.version = c.version;
update annals.leases l set registration = p.registration
from annals.projections p where p.name = l.processor and p.version = l.version;
update annals.processor_states s set registration = p.registration
from annals.projections p where p.name = s.processor and p.version = s.version;
update annals.lease_members m set registration = p.registration
from annals.projections p where p.name = m.processor and p.version = m.version;
