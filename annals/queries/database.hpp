// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/patience.hpp>
#include <annals/eventstore/token.hpp>
#include <annals/libpq/call_limits.hpp>
#include <annals/processors/processor.hpp>
#include <annals/queries/progress_watcher.hpp>

#include <pqxx/pqxx>

#include <chrono>
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
    /// `dsn`: libpq conninfo or URI; empty: the PG* environment. `patience`: how long a question may take, waiting for
    /// a connection and for the server included; then its session is ended and it is `unavailable`.
    explicit database(std::string dsn, std::size_t connections_max = 4,
                      std::chrono::milliseconds patience = eventstore::default_patience);

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

    /// The same for one version of it. Throws `eventstore::mismatch` immediately when that is neither live nor kept
    /// beside the live one.
    void wait_for(const processors::processor_id&, const eventstore::after_token&);

private:
    using time_point = std::chrono::steady_clock::time_point;

    /// A borrowed connection, and how long; the destructor returns it.
    class loan {
    public:
        loan(database& from, time_point until)
            : from_(from),
              connection_(from.take(until)),
              limit_(std::in_place, from.limits_, connection_->sock(), until)
        {}
        ~loan()
        {
            limit_.reset();
            from_.give_back(std::move(connection_));
        }
        loan(const loan&) = delete;
        auto operator=(const loan&) -> loan& = delete;
        auto connection() -> pqxx::connection& { return *connection_; }

    private:
        database& from_;
        std::unique_ptr<pqxx::connection> connection_;
        std::optional<libpq::call_limits::limit> limit_;
    };

    template <class Use>
    auto on_connection(Use use)
    {
        const auto until = std::chrono::steady_clock::now() + patience_;
        for (bool is_again = false;; is_again = true) {
            try {
                loan borrowed(*this, until);
                return use(borrowed.connection());
            } catch (const pqxx::broken_connection&) {
                refuse_late(until);
                if (is_again) throw;
            }
        }
    }

    void refuse_late(time_point until) const;
    auto take(time_point until) -> std::unique_ptr<pqxx::connection>;
    void give_back(std::unique_ptr<pqxx::connection>) noexcept;
    auto open(time_point until) -> std::unique_ptr<pqxx::connection>;

    std::string dsn_;
    std::size_t connections_max_;
    std::chrono::milliseconds patience_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<pqxx::connection>> idle_;
    std::size_t lent_ = 0;
    libpq::call_limits limits_;
    progress_watcher watcher_;
};

}  // namespace annals::queries
