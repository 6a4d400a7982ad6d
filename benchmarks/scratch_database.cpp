// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/scratch_database.hpp>

#include <migrations/migrate.hpp>

#include <pqxx/pqxx>

#include <unistd.h>

namespace annals::benchmarks {

scratch_database::scratch_database() : name_("annals_bench_" + std::to_string(::getpid()))
{
    pqxx::connection server{""};
    pqxx::nontransaction tx{server};
    tx.exec("drop database if exists " + server.quote_name(name_) + " with (force)");
    tx.exec("create database " + server.quote_name(name_));
    migrations::migrate(dsn());
}

scratch_database::~scratch_database()
{
    try {
        pqxx::connection server{""};
        pqxx::nontransaction{server}.exec("drop database if exists " + server.quote_name(name_) + " with (force)");
    } catch (const std::exception&) {      // the server is gone, and the database with it
    }
}

}  // namespace annals::benchmarks
