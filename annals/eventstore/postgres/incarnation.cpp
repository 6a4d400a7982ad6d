// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/incarnation.hpp>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

constexpr auto find_system = "select system_identifier::text from pg_control_system()";

// Not the control file's timeline: a promoted standby writes that late. In recovery there is none yet.
constexpr auto find_life = R"(
    select concat_ws('-',
        case when pg_is_in_recovery() then 'standby'
             else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int::text end,
        pg_relation_filepath(to_regclass('annals.events')),
        extract(epoch from pg_postmaster_start_time())))";

/// Where the role may not read the control data, a cluster and its copy differ only in the other parts.
auto system_of(connection& session) -> std::string
{
    try {
        return session.query(find_system).get<std::string>(0, 0);
    } catch (const statement_error& refused) {
        if (refused.sqlstate() != "42501") throw;                       // insufficient_privilege
        return "database";
    }
}

}  // namespace

auto read_incarnation(connection& session) -> std::string
{
    return system_of(session) + "-" + session.query(find_life).get<std::string>(0, 0);
}

}  // namespace annals::eventstore::postgres
