// SPDX-License-Identifier: Apache-2.0
#include <tests/planted_bugs/bug.hpp>

namespace annals::planted_bugs {
namespace {

/// In place of the table: a view without the rows that `hidden` is true for.
auto hides(const std::string& hidden) -> std::string
{
    return "alter table annals.parked_keys rename to all_parked_keys;"
           "create view annals.parked_keys as select * from annals.all_parked_keys where not ("
           + hidden + ")";
}

}  // namespace

auto bugs_in_parking() -> std::vector<bug>
{
    return {
        // The next owner of a log does not learn which keys are parked there.
        {.name = "a parked key is overtaken by its own later event",
         .caught_by = "P1",
         .tables = hides("current_query() like '%select log, key from annals.parked_keys%'")},
        {.name = "a parked key is free before its last event is applied",
         .caught_by = "P1",
         .tables = "create function annals.planted() returns trigger language plpgsql as $$\n"
                   "begin if new.events < old.events then new.events := 0; end if; return new; end $$;"
                   "create trigger planted before update on annals.parked_keys\n"
                   "for each row execute function annals.planted()"},
    };
}

}  // namespace annals::planted_bugs
