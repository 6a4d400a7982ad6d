// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/postgres_store.hpp>
#include <tests/eventstore/store_contract.hpp>
#include <tests/support/database.hpp>

using namespace annals;

namespace {

/// The store of one test program, and the database that it is in.
struct store_in_database {
    tests::temporary_database database;
    std::unique_ptr<eventstore::store> store = eventstore::postgres::open_store({.dsn = database.dsn()});
};

}  // namespace

auto annals::eventstore::contract::store_under_test() -> std::shared_ptr<store>
{
    static const auto whole = std::make_shared<store_in_database>();
    return {whole, whole->store.get()};
}
