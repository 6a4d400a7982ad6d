// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace annals::queries {

/// Under a role that can only read, where the user may take it; `pg_has_role` also knows that a superuser may.
inline constexpr auto take_reading_role = R"sql(
    select pg_catalog.set_config('role', 'annals_reader', false)
    where pg_catalog.pg_has_role(current_user, 'annals_reader', 'member'))sql";

}  // namespace annals::queries
