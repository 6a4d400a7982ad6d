// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/token.hpp>
#include <annals/processors/processor.hpp>
#include <annals/queries/progress_watcher.hpp>

#include <pqxx/pqxx>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Questions to read models.
namespace annals::queries {

/// Access to read models: a few connections, opened when first needed, for any number of threads.
///
/// Every question runs in a read-only transaction under READ COMMITTED, with the schema `read` as its search path. If
/// the user is a member of the role `annals_reader`, it runs under that role, which can only read.
class database {
public:
    /// `dsn`: libpq conninfo or URI; empty: the PG* environment.
    explicit database(std::string dsn, std::size_t connections_max = 4);

    /// Runs `question(pqxx::transaction_base&)` and returns its answer; runs it again once when the connection was
    /// lost. Waits for a free connection. Throws `eventstore::unavailable`, or what the question throws.
    template <class Question>
    auto read(Question question)
    {
        return on_connection([&](pqxx::connection& connection) {
            pqxx::read_transaction tx(connection);
            return question(static_cast<pqxx::transaction_base&>(tx));
        });
    }

    /// Returns when the projection has applied everything up to the token in the categories that it follows. Throws
    /// `not_reached` after the timeout, `stopped` when the projection cannot get there, `parked` when the token's event
    /// waits behind one that cannot be applied, `eventstore::invalid_request` when there is no such projection or it
    /// follows no category of the token, and `eventstore::unavailable`. All waiting readers share one session.
    void wait_for(std::string_view projection, const eventstore::after_token&);

    /// The same for one version of it. Throws `eventstore::mismatch` immediately when that is not the live one.
    void wait_for(const processors::processor_id&, const eventstore::after_token&);

private:
    /// A borrowed connection; the destructor returns it.
    class loan {
    public:
        explicit loan(database& from) : from_(from), connection_(from.take()) {}
        ~loan() { from_.give_back(std::move(connection_)); }
        loan(const loan&) = delete;
        auto operator=(const loan&) -> loan& = delete;
        auto connection() -> pqxx::connection& { return *connection_; }

    private:
        database& from_;
        std::unique_ptr<pqxx::connection> connection_;
    };

    template <class Use>
    auto on_connection(Use use)
    {
        try {
            loan borrowed(*this);
            return use(borrowed.connection());
        } catch (const pqxx::broken_connection&) {
            loan borrowed(*this);
            return use(borrowed.connection());
        }
    }

    auto take() -> std::unique_ptr<pqxx::connection>;
    void give_back(std::unique_ptr<pqxx::connection>) noexcept;
    auto open() const -> std::unique_ptr<pqxx::connection>;

    std::string dsn_;
    std::size_t connections_max_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<pqxx::connection>> idle_;
    std::size_t lent_ = 0;
    progress_watcher watcher_;
};

}  // namespace annals::queries
