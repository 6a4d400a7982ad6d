// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/token.hpp>
#include <processors/processor.hpp>
#include <queries/progress_watcher.hpp>

#include <pqxx/pqxx>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is asked of read models.
namespace annals::queries {

/// Where read models are asked: a few connections, opened when first needed, for any number of threads.
///
/// Every question runs in a read-only transaction under READ COMMITTED, with the schema `read` as its search path and,
/// where the user is a member of it, under the role `annals_reader`, which can read but not change anything.
class database {
public:
    /// `dsn`: libpq conninfo or URI; empty: what the PG* environment says.
    explicit database(std::string dsn, std::size_t connections_max = 4);

    /// Runs `question(pqxx::transaction_base&)` and returns its answer; once more when a connection turns out to be
    /// dead. Waits for a free connection. Throws `eventstore::unavailable`, or what the question throws.
    template <class Question>
    auto read(Question question)
    {
        return on_connection([&](pqxx::connection& connection) {
            pqxx::read_transaction tx(connection);
            return question(static_cast<pqxx::transaction_base&>(tx));
        });
    }

    /// Returns when the projection has applied what the token names in the categories that it follows. Throws
    /// `not_reached` when the time is over, `stopped` when the projection will not get there,
    /// `eventstore::invalid_request` when there is no such projection or it follows no category of the token, and
    /// `eventstore::unavailable`. All who wait share one session.
    void wait_for(std::string_view projection, const eventstore::after_token&);

    /// The same for one version of it. Throws `eventstore::mismatch` at once when that is not the live one.
    void wait_for(const processors::processor_id&, const eventstore::after_token&);

private:
    /// A connection on loan; comes back at the end.
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
