// SPDX-License-Identifier: Apache-2.0
#include <eventstore/errors.hpp>
#include <processors/failure.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

using namespace annals;
using processors::is_transient;

TEST_CASE("what may go better later is told from what will not")
{
    for (const char* state : {"08006", "40001", "40P01", "53300", "57014", "57P01", "55P03", "25006"})
        CHECK(is_transient(pqxx::sql_error("no", "select", state)));
    for (const char* state : {"23505", "22P02", "42P01", "42501", "P0001", "55000"})
        CHECK_FALSE(is_transient(pqxx::sql_error("no", "select", state)));
    CHECK(is_transient(pqxx::broken_connection("gone")));
    CHECK(is_transient(pqxx::in_doubt_error("perhaps")));
    CHECK(is_transient(eventstore::unavailable("away")));
    CHECK_FALSE(is_transient(eventstore::mismatch("another")));
    CHECK_FALSE(is_transient(std::runtime_error("a bug")));
}

TEST_CASE("an error of several lines is told on one")
{
    CHECK(processors::one_line(std::runtime_error("ERROR:  no\nLINE 1: x\n    ^\n")) == "ERROR: no LINE 1: x ^");
}

TEST_CASE("waits between attempts grow, are never equal for long, and end at five seconds")
{
    processors::back_off waits;
    for (int limit = 50; limit <= 3200; limit *= 2) {
        const auto wait = waits.next().count();
        CHECK(wait >= limit / 2);
        CHECK(wait <= limit);
    }
    for (int i = 0; i < 100; ++i) CHECK(waits.next() <= std::chrono::seconds(5));
    waits.reset();
    CHECK(waits.next() <= std::chrono::milliseconds(50));
}
