// SPDX-License-Identifier: Apache-2.0
#include <eventstore/contract/store_contract.hpp>
#include <eventstore/postgres/postgres_store.hpp>
#include <tests/eventstore/postgres/held_in_transaction.hpp>
#include <tests/support/database.hpp>

using namespace annals;
using namespace annals::eventstore;

namespace {

/// The store of one test program, and the database that it is in.
struct store_in_database {
    tests::temporary_database database;
    std::unique_ptr<eventstore::store> store = postgres::open_store({.dsn = database.dsn()});
};

}  // namespace

auto annals::eventstore::contract::store_under_test() -> subject
{
    static const auto whole = std::make_shared<store_in_database>();
    return {.store = {whole, whole->store.get()}, .hold = [](const append_request& request) {
                return std::make_unique<tests::held_in_transaction>(whole->database.dsn(), request);
            }};
}
