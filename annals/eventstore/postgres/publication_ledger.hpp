// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/publication.hpp>
#include <annals/leases/member.hpp>

#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace annals::eventstore::postgres {

/// The ledger in the log's database.
///
/// A log's lease (`annals/leases/member.hpp`) is the right to lead it; a thread renews the publisher's membership. A
/// publisher whose session was ended because it was silent may not notice at first and publish a little longer:
/// consumers may see events twice, but never miss one.
class postgres_publication_ledger final : public publication_ledger {
public:
    /// Connects, and leads what is free. `program` is shown to people. Throws `unavailable`, or `mismatch` when
    /// the schema is missing.
    postgres_publication_ledger(std::string dsn, std::string program);
    ~postgres_publication_ledger() override;

    auto incarnation() -> std::string override;
    auto led() -> std::vector<led_log> override;
    void set_wants_logs(bool) override;
    void give_back(const log_id&) override;
    auto claim_topic(const std::string& category, const std::string& topic) -> std::string override;
    auto cursors(std::span<const log_id>) -> std::vector<publication_cursor> override;
    void save(std::span<const publication_cursor>) override;
    void note_halts(std::span<const publication_halt>, std::span<const log_id> published) override;

private:
    struct held_log {
        int number = 0;  ///< in annals.logs
        led_log as;
    };

    void keep_alive(std::stop_token);
    void connect();
    void lose_session(std::exception_ptr why);
    void renew();
    void share();
    auto session() -> libpq::connection&;

    const std::string dsn_;
    const std::string program_;
    std::mutex mutex_;  // guards all below
    std::optional<leases::member> member_;
    std::exception_ptr lost_;  // why there is none
    std::string incarnation_;
    bool wants_logs_ = true;
    std::map<log_id, held_log> held_;  // as after the last `share`
    std::condition_variable_any beat_;
    std::jthread alive_;
};

}  // namespace annals::eventstore::postgres
