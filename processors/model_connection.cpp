// SPDX-License-Identifier: Apache-2.0
#include <processors/model_connection.hpp>

#include <eventstore/errors.hpp>

#include <utility>
#include <vector>

namespace annals::processors {
auto open_model_connection(const std::string& dsn, const std::string& purpose) -> pqxx::connection
{
    const std::vector<std::pair<std::string, std::string>> parameters{
        {"connect_timeout", "5"},     {"keepalives_idle", "3"},    {"keepalives_interval", "2"},
        {"keepalives_count", "2"},    {"tcp_user_timeout", "8000"}, {"dbname", dsn},    // the dsn may overrule the others
    };
    try {
        pqxx::connection connection(parameters);
        connection.set_session_var("idle_in_transaction_session_timeout", "5s");
        connection.set_session_var("client_connection_check_interval", "2s");
        connection.set_session_var("application_name", purpose);
        return connection;
    } catch (const pqxx::failure& problem) {
        throw eventstore::unavailable("the database of the read models cannot be reached: " + std::string(problem.what())
                                      + " (it is named by --read-dsn or ANNALS_READ_DSN, else by --dsn, ANNALS_DSN or PG*)");
    }
}

}  // namespace annals::processors
