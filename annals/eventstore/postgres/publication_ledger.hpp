// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/publication.hpp>
#include <annals/libpq/connection.hpp>

#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace annals::eventstore::postgres {

/// The ledger in the log's database.
///
/// The session that holds a log's advisory lock leads it. A thread renews the publisher's row every second. When a
/// row is six seconds old (process stopped, swapped out, cut off), the others end that publisher's session, which
/// sets its logs free. It may not notice at first and publish a little longer: consumers may see events twice, but
/// never miss one.
class postgres_publication_ledger final : public publication_ledger {
public:
    /// Connects, and leads what is free. `program` is shown to people. Throws `unavailable`, or `mismatch` when
    /// the schema is missing.
    postgres_publication_ledger(std::string dsn, std::string program);
    ~postgres_publication_ledger() override;

    auto incarnation() -> std::string override;
    auto led() -> std::vector<led_log> override;
    void give_back(const log_id&) override;
    auto claim_topic(const std::string& category, const std::string& topic) -> std::string override;
    auto cursors(std::span<const log_id>) -> std::vector<publication_cursor> override;
    void save(std::span<const publication_cursor>) override;
    void note_halts(std::span<const publication_halt>, std::span<const log_id> published) override;

private:
    struct held_log {
        int number = 0;                      ///< in annals.logs
        led_log as;
    };

    void keep_alive(std::stop_token);
    void connect();
    void lose_session(std::exception_ptr why);
    void renew();
    void share();
    auto fair_part() -> std::size_t;
    void take_free(std::size_t wanted);
    auto session() -> libpq::connection&;
    auto numbers_of(std::span<const log_id>) const -> libpq::array;

    const std::string dsn_;
    const std::string program_;
    std::mutex mutex_;                       // guards all below
    std::unique_ptr<libpq::connection> session_;
    std::exception_ptr lost_;                // why there is no session
    std::string incarnation_;
    std::map<log_id, held_log> held_;
    std::condition_variable_any beat_;
    std::jthread alive_;
};

}  // namespace annals::eventstore::postgres
