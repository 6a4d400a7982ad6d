// SPDX-License-Identifier: Apache-2.0
#include <tests/support/database.hpp>

#include <annals/eventstore/uuid.hpp>
#include <annals/libpq/connection.hpp>

#include <cstdlib>
#include <stdexcept>

namespace annals::tests {
namespace {

using libpq::connection;

/// The one that the PG* environment names.
auto server() -> std::string
{
    if (std::getenv("PGHOST") == nullptr)
        throw std::runtime_error(
            "this test needs a PostgreSQL server: run ./dev test (or ./dev up, then eval \"$(./dev env)\")");
    return "";
}

auto new_name() -> std::string
{
    auto id = eventstore::to_string(eventstore::new_uuid());
    std::erase(id, '-');
    return "annals_empty_" + id;
}

}  // namespace

temporary_database::temporary_database() : testing::temporary_database(server()) {}

empty_database::empty_database() : name_(new_name()) { connection(server()).execute("create database " + name_); }

empty_database::~empty_database()
{
    try {
        connection("").execute("drop database if exists " + name_ + " with (force)");
    } catch (const std::exception&) {
        // A server that a test has stopped: its data goes with it.
    }
}

}  // namespace annals::tests
