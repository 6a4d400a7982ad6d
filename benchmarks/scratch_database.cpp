// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/scratch_database.hpp>

#include <migrations/migrate.hpp>

#include <pqxx/pqxx>

#include <unistd.h>

namespace annals::benchmarks {
namespace {

void execute(const std::string& statement)
{
    pqxx::connection server{""};
    pqxx::nontransaction{server}.exec(statement);
}

}  // namespace

empty_database::empty_database(std::string_view of)
    : name_("annals_bench_" + std::to_string(::getpid()) + "_" + std::string(of)),
      drop_([drop = "drop database if exists \"" + name_ + "\" with (force)"] { execute(drop); })
{
    execute("drop database if exists \"" + name_ + "\" with (force)");
    execute("create database \"" + name_ + '"');
}

scratch_database::scratch_database() : empty_database("annals") { migrations::migrate(dsn()); }

}  // namespace annals::benchmarks
