// SPDX-License-Identifier: Apache-2.0
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

using namespace annals::tests;

TEST_CASE("the README's program prints what the README says")
{
    const temporary_database database;
    const auto run = [&] { return child({ANNALS_README}, {{"PGDATABASE", database.name()}}).wait(); };

    const auto first = run();
    CHECK_MESSAGE(first.exit_code == 0, first.err);
    CHECK(first.out == "created\nvalidated\n");
    CHECK(run().out == "this sample exists already\nonly an expected sample can be validated\n");
}
