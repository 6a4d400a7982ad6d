// SPDX-License-Identifier: Apache-2.0
#include <annals/app/failure.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/libpq/connection.hpp>

#include <doctest/doctest.h>

namespace annals::app {
namespace {

TEST_CASE("a caller's mistake is wrong usage, everything else failed")
{
    CHECK(explain(eventstore::invalid_request("no")).code() == exit_code::usage);
    CHECK(explain(eventstore::unavailable("no")).code() == exit_code::failed);
    CHECK(explain(eventstore::mismatch("no")).code() == exit_code::failed);
    CHECK(explain(std::runtime_error("no")).code() == exit_code::failed);
    CHECK(explain(failure("no", "hint", exit_code::found)).code() == exit_code::found);
}

TEST_CASE("a message is one line, also where PostgreSQL writes several")
{
    CHECK(std::string(explain(std::runtime_error("it failed:\n\tthis way\nDETAIL:  that\n")).what())
          == "it failed: this way; DETAIL:  that");
}

TEST_CASE("a missing table says what to run")
{
    const libpq::statement_error missing("42P01", "relation \"annals.processes\" does not exist");
    CHECK(explain(missing).hint().find("annals migrate") != std::string::npos);
}

TEST_CASE("a user who is refused learns why, and not that the address may be wrong")
{
    const auto hint = [](const std::string& message) { return explain(eventstore::unavailable(message)).hint(); };
    CHECK(hint("FATAL: password authentication failed for user \"ada\"").find("PGPASSWORD") != std::string::npos);
    CHECK(hint("FATAL: database \"x\" does not exist").find("createdb") != std::string::npos);
    CHECK(hint("FATAL: role \"x\" does not exist").find("create the user") != std::string::npos);
    CHECK(hint("FATAL: too many connections for role \"x\"").find("max_connections") != std::string::npos);
    CHECK(hint("connection refused").find("where the address comes from") != std::string::npos);
}

TEST_CASE("a database that takes no writes is named as the cause")
{
    const libpq::statement_error refused("25006", "cannot execute INSERT in a read-only transaction");
    CHECK(explain(refused).hint().find("takes no writes") != std::string::npos);
}

}  // namespace
}  // namespace annals::app
