// SPDX-License-Identifier: Apache-2.0
#include <processors/model_connection.hpp>

#include <eventstore/errors.hpp>

#include <libpq-fe.h>

#include <map>
#include <memory>

namespace annals::processors {
namespace {

using parameters = std::map<std::string, std::string>;
using options_handle =
    std::unique_ptr<PQconninfoOption, decltype([](PQconninfoOption* options) { PQconninfoFree(options); })>;
using text_handle = std::unique_ptr<char, decltype([](char* text) { PQfreemem(text); })>;

/// Those that stand in the DSN overrule ours.
auto with_defaults(const std::string& dsn) -> parameters
{
    char* fault = nullptr;
    const options_handle options(PQconninfoParse(dsn.c_str(), &fault));
    const text_handle message(fault);
    if (!options)
        throw eventstore::invalid_request("the connection string of the read models' database is malformed: "
                                          + std::string(message ? message.get() : "out of memory"));
    parameters all{{"connect_timeout", "5"},
                   {"keepalives_idle", "3"},
                   {"keepalives_interval", "2"},
                   {"keepalives_count", "2"},
                   {"tcp_user_timeout", "8000"}};
    for (const auto* option = options.get(); option->keyword != nullptr; ++option)
        if (option->val != nullptr) all[option->keyword] = option->val;
    return all;
}

}  // namespace

auto open_model_connection(const std::string& dsn, const std::string& purpose) -> pqxx::connection
{
    try {
        pqxx::connection connection(with_defaults(dsn));
        connection.set_session_var("idle_in_transaction_session_timeout", "5s");
        connection.set_session_var("client_connection_check_interval", "2s");
        connection.set_session_var("application_name", purpose);
        return connection;
    } catch (const pqxx::failure& problem) {
        throw eventstore::unavailable(
            "the database of the read models cannot be reached: " + std::string(problem.what())
            + " (it is named by --read-dsn or ANNALS_READ_DSN, else by --dsn, ANNALS_DSN or PG*)");
    }
}

void prepare_once(pqxx::connection& session, const std::string& name, const std::string& statement)
{
    constexpr auto is_there = "select exists (select from pg_catalog.pg_prepared_statements where name = $1)";
    if (!pqxx::nontransaction(session).query_value<bool>(is_there, pqxx::params{name}))
        session.prepare(name, statement);
}

}  // namespace annals::processors
