// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/model_connection.hpp>

#include <annals/eventstore/server_away.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/libpq/dsn.hpp>
#include <annals/libpq/outages.hpp>
#include <annals/processors/failure.hpp>

#include <utility>

namespace annals::processors {

using namespace libpq;

using eventstore::server_away;

auto open_model_connection(const std::string& dsn, const std::string& part) -> pqxx::connection
{
    try {
        libpq::connection session(dsn, part);
        session.execute("set search_path = " + std::string(model_search_path));
        return pqxx::connection::seize_raw_connection(std::move(session).release().release());
    } catch (const server_away& problem) {
        throw server_away("the database of the read models cannot be reached: " + std::string(problem.what()));
    }
}

void prepare_once(pqxx::connection& session, const std::string& name, const std::string& statement)
{
    constexpr auto is_there = "select exists (select from pg_catalog.pg_prepared_statements where name = $1)";
    if (!pqxx::nontransaction(session).query_value<bool>(is_there, pqxx::params{name}))
        session.prepare(name, statement);
}

auto tell_lost_session(const std::string& dsn, const std::string& part, const std::exception& problem) -> bool
{
    if (dynamic_cast<const server_away*>(&problem)) return true;
    const bool is_in_doubt = dynamic_cast<const pqxx::in_doubt_error*>(&problem) != nullptr;
    const bool is_lost = is_in_doubt || is_lost_session(problem);
    if (is_lost)
        outages::of_this_process().session_lost(server_of(parse_dsn(dsn)), part,
                                                is_in_doubt ? "the session was lost" : one_line(problem));
    return is_lost;
}

}  // namespace annals::processors
