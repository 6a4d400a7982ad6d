// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/support/waiting.hpp>

#include <pqxx/pqxx>

#include <string>

namespace annals::tests {

/// Returns once a session of the database waits for a projection, or after ten seconds: it sleeps in `annals.wait` or
/// `annals.wait_for`, or it has just asked for the projection's progress.
inline void wait_for_waiting_session(const std::string& dsn)
{
    pqxx::connection link(dsn);
    pqxx::nontransaction looking(link);
    const auto begun = looking.query_value<std::string>("select clock_timestamp()");
    waited_until(std::chrono::seconds{10}, [&] {
        return looking
            .exec("select exists (select from pg_stat_activity "
                  "where datname = current_database() and pid <> pg_backend_pid() "
                  "and (wait_event = 'PgSleep' or query like '%annals.progress(%' and query_start > $1::timestamptz))",
                  pqxx::params{begun})
            .one_field()
            .as<bool>();
    });
}

}  // namespace annals::tests
