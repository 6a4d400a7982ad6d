// SPDX-License-Identifier: Apache-2.0
#include <tests/support/database.hpp>

#include <annals/eventstore/uuid.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/migrations/migrate.hpp>

#include <cstdlib>
#include <stdexcept>

namespace annals::tests {
namespace {

using libpq::connection;

constexpr std::string_view template_prefix = "annals_template_";

auto administration() -> connection
{
    if (std::getenv("PGHOST") == nullptr)
        throw std::runtime_error(
            "this test needs a PostgreSQL server: run ./dev test (or ./dev up, then eval \"$(./dev env)\")");
    return connection("");
}

auto new_name() -> std::string
{
    auto id = eventstore::to_string(eventstore::new_uuid());
    std::erase(id, '-');
    return "annals_test_" + id;
}

/// Changes with any migration.
auto template_name() -> std::string
{
    std::string all;
    for (const auto& file : migrations::embedded()) all.append(file.name) += file.checksum;
    auto id = eventstore::to_string(eventstore::uuid_of_name(all));
    std::erase(id, '-');
    return std::string(template_prefix) + id;
}

auto exists(connection& session, const std::string& name) -> bool
{
    libpq::parameters wanted;
    wanted.add(name);
    return !session.query("select from pg_database where datname = $1", wanted).empty();
}

/// A half-made template never has the name of a complete one.
void make_template(connection& session, const std::string& name)
{
    const auto unfinished = name + "_new";
    session.execute("drop database if exists " + unfinished + " with (force)");
    session.execute("create database " + unfinished);
    migrations::migrate("dbname=" + unfinished);
    session.execute("alter database " + unfinished + " rename to " + name);
}

void drop(const std::string& name) noexcept
{
    try {
        administration().execute("drop database if exists " + name + " with (force)");
    } catch (const std::exception&) {
        // A server that a test has stopped: its data goes with it.
    }
}

}  // namespace

temporary_database::temporary_database() : name_(new_name())
{
    auto session = administration();
    const auto from = template_name();
    if (!exists(session, from)) {
        session.execute("select pg_advisory_lock(hashtext('" + std::string(template_prefix) + "'))");
        if (!exists(session, from)) make_template(session, from);
        session.execute("select pg_advisory_unlock_all()");
    }
    session.execute("create database " + name_ + " template " + from);
}

temporary_database::~temporary_database() { drop(name_); }

empty_database::empty_database() : name_(new_name()) { administration().execute("create database " + name_); }

empty_database::~empty_database() { drop(name_); }

}  // namespace annals::tests
