// SPDX-License-Identifier: Apache-2.0
#include <tests/eventstore/postgres/contract_subject.hpp>

#include <annals/eventstore/postgres/sole_writer.hpp>
#include <tests/eventstore/postgres/held_in_transaction.hpp>
#include <tests/support/database.hpp>

namespace annals::tests {
namespace {

struct store_in_database {
    explicit store_in_database(int sole_writer_after_calls)
        : store(eventstore::postgres::open_store({.dsn = database.dsn()}, sole_writer_after_calls))
    {}

    temporary_database database;
    std::unique_ptr<eventstore::store> store;
};

}  // namespace

auto contract_subject(int sole_writer_after_calls) -> eventstore::contract::subject
{
    const auto whole = std::make_shared<store_in_database>(sole_writer_after_calls);
    return {.store = {whole, whole->store.get()}, .hold = [whole](const eventstore::append_request& request) {
                return std::make_unique<held_in_transaction>(whole->database.dsn(), request);
            }};
}

}  // namespace annals::tests
