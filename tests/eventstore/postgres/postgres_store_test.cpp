// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <chrono>

using namespace annals;
using namespace annals::eventstore;

namespace {

auto event(const std::string& type) -> new_event { return {.type = type, .data = R"({"n": 1})"}; }

auto message_of(const auto& act) -> std::string
{
    try {
        act();
    } catch (const error& problem) {
        return problem.what();
    }
    return "nothing was thrown";
}

}  // namespace

TEST_CASE("appended events are read back as they were written")
{
    const tests::temporary_database database;
    const auto store = postgres::open_store({.dsn = database.dsn()});
    const stream_id stream{"sample", "S-1"};
    const auto one = store->append({.streams = {{stream, expected_version::no_stream(), {event("a")}}}});
    REQUIRE(one.has_value());
    CHECK(one->streams.at(0).last_version == stream_version{1});
    const auto more = store->append({.streams = {{stream, expected_version::exactly({1}), {event("b"), event("c")}}}});
    REQUIRE(more.has_value());
    CHECK(more->streams.at(0).first_version == stream_version{2});
    CHECK(more->streams.at(0).last_position == log_position{3});
    const auto found = store->read(stream);
    REQUIRE(found.size() == 3);
    CHECK(found[0].type == "a");
    CHECK(found[2].data == R"({"n": 1})");
    const auto stale = store->append({.streams = {{stream, expected_version::exactly({1}), {event("d")}}}});
    REQUIRE_FALSE(stale.has_value());
    CHECK(to_string(stale.error()) == "conflict: sample-S-1 is at version 3, expected version 1");
}

TEST_CASE("a database without the schema is refused, and says what to do")
{
    const tests::empty_database database;
    const auto open = [&] { postgres::open_store({.dsn = database.dsn()}); };
    CHECK_THROWS_AS(open(), mismatch);
    CHECK(message_of(open).ends_with("run annals migrate"));
}

TEST_CASE("a server that may lose confirmed events is refused, unless that is accepted")
{
    const tests::temporary_database database;
    libpq::connection(database.dsn()).execute("alter database " + database.name() + " set synchronous_commit = off");
    const auto open = [&] { postgres::open_store({.dsn = database.dsn()}); };
    CHECK_THROWS_AS(open(), mismatch);
    CHECK(message_of(open).find("synchronous_commit is off for the database " + database.name()) != std::string::npos);
    CHECK(postgres::open_store({.dsn = database.dsn(), .unsafe = true}) != nullptr);
}

TEST_CASE("an unreachable server is unavailable, by host and port and without the password")
{
    const auto open = [] { postgres::open_store({.dsn = "postgresql://ada:secret@127.0.0.1:1/annals"}); };
    CHECK_THROWS_AS(open(), unavailable);
    CHECK(message_of(open).find("127.0.0.1:1") != std::string::npos);
    CHECK(message_of(open).find("secret") == std::string::npos);
}

TEST_CASE("waiting readers learn of commits elsewhere, with or without a notification")
{
    const tests::temporary_database database;
    const auto here = postgres::open_store({.dsn = database.dsn()});
    here->ensure_category({"sample", 1});
    auto seen = here->changes().count();
    const auto is_quiet = [&] {              // earlier commits have been signalled
        const bool is_told = here->changes().wait(seen, std::chrono::milliseconds{300});
        seen = here->changes().count();
        return !is_told;
    };
    tests::waited_until(std::chrono::seconds{5}, is_quiet);    // others may use the server without a pause
    libpq::connection session(database.dsn());
    session.execute("select annals.append('sample', 'S-1', '{a}', array['{}']::json[])");
    CHECK(here->changes().wait(seen, std::chrono::seconds{5}));
}
