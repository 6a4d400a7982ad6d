// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/libpq/sqlstate.hpp>
#include <annals/processors/failure.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <new>
#include <system_error>

using namespace annals;
using processors::blames_event;
using libpq::fault, libpq::fault_of;

TEST_CASE("the SQLSTATE says what caused a refusal")
{
    for (const char* state : {"08006", "40001", "40P01", "53000", "53100", "53200", "53300", "53400", "57014", "57P01",
                              "57P03", "58030", "58P01", "55P03", "55006", "25006"})
        CHECK_MESSAGE(fault_of(state) == fault::passing, state);
    for (const char* state : {"20000", "21000", "22P02", "22003", "22012", "23502", "23503", "23505", "23514", "38000",
                              "39004", "44000", "54000", "P0001", "P0003", "P0004"})
        CHECK_MESSAGE(fault_of(state) == fault::content, state);
    for (const char* state : {"", "0A000", "25P02", "26000", "28000", "28P01", "3D000", "3F000", "42501", "42703",
                              "42P01", "42P05", "42883", "55000", "F0001", "HV000", "XX000", "XX001"})
        CHECK_MESSAGE(fault_of(state) == fault::surroundings, state);
}

TEST_CASE("only an event's own content is blamed on it")
{
    CHECK(blames_event(pqxx::sql_error("no", "select", "23505")));
    CHECK(blames_event(pqxx::plpgsql_raise("no", "select")));
    CHECK(blames_event(pqxx::data_exception("no", "select")));
    CHECK(blames_event(eventstore::mismatch("another")));
    CHECK(blames_event(std::runtime_error("no place for it")));
    CHECK(blames_event(pqxx::unexpected_rows("one row was expected")));

    for (const char* state : {"53100", "57014", "42501", "42P01", "XX000"})
        CHECK_FALSE(blames_event(pqxx::sql_error("no", "select", state)));
    CHECK_FALSE(blames_event(pqxx::disk_full("no room")));
    CHECK_FALSE(blames_event(pqxx::out_of_memory("no room")));
    CHECK_FALSE(blames_event(pqxx::insufficient_privilege("no")));
    CHECK_FALSE(blames_event(pqxx::deadlock_detected("no", "select")));
    CHECK_FALSE(blames_event(pqxx::broken_connection("gone")));
    CHECK_FALSE(blames_event(pqxx::in_doubt_error("perhaps")));
    CHECK_FALSE(blames_event(pqxx::usage_error("a transaction is open")));
    CHECK_FALSE(blames_event(eventstore::unavailable("away")));
    CHECK_FALSE(blames_event(libpq::statement_error("42501", "no")));
    CHECK_FALSE(blames_event(std::bad_alloc()));
    CHECK_FALSE(blames_event(std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again))));
}

TEST_CASE("an error of several lines is shown on one")
{
    CHECK(processors::one_line(std::runtime_error("ERROR:  no\nLINE 1: x\n    ^\n")) == "ERROR: no LINE 1: x ^");
    CHECK(processors::one_line(std::runtime_error("Failure during 'annals_apply_blocks': ERROR:  no")) == "ERROR: no");
}
