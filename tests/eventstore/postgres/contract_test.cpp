// SPDX-License-Identifier: Apache-2.0
#include <eventstore/contract/store_contract.hpp>
#include <eventstore/postgres/postgres_store.hpp>
#include <eventstore/postgres/transactional_append.hpp>
#include <tests/support/database.hpp>

#include <pqxx/pqxx>

#include <stdexcept>

using namespace annals;
using namespace annals::eventstore;

namespace {

/// The store of one test program, and the database that it is in.
struct store_in_database {
    tests::temporary_database database;
    std::unique_ptr<eventstore::store> store = postgres::open_store({.dsn = database.dsn()});
};

/// An append in a caller's own transaction.
class held_in_transaction final : public contract::held_append {
public:
    held_in_transaction(const std::string& dsn, const append_request& request) : link_(dsn)
    {
        if (const auto result = postgres::append(transaction_, request); !result)
            throw std::runtime_error(to_string(result.error()));
    }
    void commit() override { transaction_.commit(); }
    void roll_back() override { transaction_.abort(); }

private:
    pqxx::connection link_;
    pqxx::work transaction_{link_};
};

}  // namespace

auto annals::eventstore::contract::store_under_test() -> subject
{
    static const auto whole = std::make_shared<store_in_database>();
    return {.store = {whole, whole->store.get()}, .hold = [](const append_request& request) {
                return std::make_unique<held_in_transaction>(whole->database.dsn(), request);
            }};
}
