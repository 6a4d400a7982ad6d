// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/scratch_database.hpp>

#include <annals/migrations/migrate.hpp>

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

void create_database(const std::string& name) { execute("create database \"" + name + '"'); }

void drop_database(const std::string& name) { execute("drop database if exists \"" + name + "\" with (force)"); }

empty_database::empty_database(std::string_view of)
    : name_("annals_bench_" + std::to_string(::getpid()) + "_" + std::string(of)),
      drop_([name = name_] { drop_database(name); })
{
    drop_database(name_);
    create_database(name_);
}

namespace {

/// Topics are named after their database, and must not hold what an earlier one of this process published.
auto next_name() -> std::string
{
    static int databases = 0;
    return "annals_" + std::to_string(++databases);
}

}  // namespace

scratch_database::scratch_database() : empty_database(next_name()) { migrations::migrate(dsn()); }

}  // namespace annals::benchmarks
