// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/support/passing_store.hpp>

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace pqxx {
class connection;
class transaction_base;
}  // namespace pqxx

namespace annals::planted_bugs {

/// Each append in a transaction of its own, through `annals.append_many`, open for a moment before its commit, so
/// that others run into it. Reads are those of the store in PostgreSQL. As it is, it keeps every promise; bugs are
/// planted in the function, in a reader before it, or in how a transaction ends.
class transactional_store : public tests::passing_store {
public:
    /// How a transaction appends, and how it ends.
    struct ways {
        std::function<eventstore::append_result(pqxx::transaction_base&, const eventstore::append_request&)> append =
            {};
        bool answers_before_commit = false;
        bool writes_something_first = false;    ///< so that it gets its transaction id long before it appends
    };

    transactional_store(std::string dsn, std::shared_ptr<eventstore::store> reads, ways);
    ~transactional_store() override;

    using store::append;
    void append(eventstore::append_request, eventstore::on_appended done) override;

private:
    auto take() -> std::unique_ptr<pqxx::connection>;
    void give_back(std::unique_ptr<pqxx::connection>);
    void append_on(pqxx::connection&, const eventstore::append_request&, eventstore::on_appended& done);

    std::string dsn_;
    ways ways_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<pqxx::connection>> kept_;
};

}  // namespace annals::planted_bugs
