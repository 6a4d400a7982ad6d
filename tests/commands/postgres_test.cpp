// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <tests/commands/concurrent_commands.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::tests;

namespace {

/// Two stores of one database, as two processes have them, for two threads each.
struct two_processes {
    temporary_database database;
    std::shared_ptr<eventstore::store> one = eventstore::postgres::open_store({.dsn = database.dsn()});
    std::shared_ptr<eventstore::store> other = eventstore::postgres::open_store({.dsn = database.dsn()});

    auto all() const -> stores { return {one.get(), other.get(), one.get(), other.get()}; }
};

}  // namespace

TEST_CASE("transfers in both directions by threads of two processes keep the sum")
{
    const two_processes at;
    CHECK_EQ(transfers_between_accounts(at.all()), "");
}

TEST_CASE("of many that claim and release the same keys in PostgreSQL, one at a time has each")
{
    const two_processes at;
    CHECK_EQ(frames_taken_and_released(at.all()), "");
}
