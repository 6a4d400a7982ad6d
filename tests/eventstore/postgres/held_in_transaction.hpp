// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/contract/subject.hpp>
#include <annals/eventstore/postgres/append/transactional_append.hpp>

#include <pqxx/pqxx>

namespace annals::tests {

/// An append in a caller's own transaction, on a connection of its own.
class held_in_transaction final : public eventstore::contract::held_append {
public:
    held_in_transaction(const std::string& dsn, const eventstore::append_request& request)
        : link_(dsn), transaction_(link_), result_(eventstore::postgres::append(transaction_, request))
    {}

    auto result() const -> const eventstore::append_result& override { return result_; }
    void commit() override { transaction_.commit(); }
    void roll_back() override { transaction_.abort(); }

private:
    pqxx::connection link_;
    pqxx::work transaction_;
    eventstore::append_result result_;
};

}  // namespace annals::tests
