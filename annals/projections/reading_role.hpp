// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace annals::projections {

/// Switches to a role that can only read, if the user may; `pg_has_role` also knows that a superuser may. From
/// PostgreSQL 16 on, a member may have been granted the role without SET.
inline constexpr auto take_reading_role = R"sql(
    select pg_catalog.set_config('role', 'annals_reader', false)
    where pg_catalog.pg_has_role(current_user, 'annals_reader', case
        when pg_catalog.current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end))sql";

}  // namespace annals::projections
