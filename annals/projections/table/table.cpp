// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/table/table.hpp>

namespace annals::projections {

void enter_schema(pqxx::transaction_base& tx, const processors::processor_id& id)
{
    tx.exec("select set_config('search_path', $1, true)", pqxx::params{schema_of(id) + ", read, pg_temp"});
}

}  // namespace annals::projections
