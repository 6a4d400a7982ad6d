// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/doorbell.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace annals::eventstore::postgres {

/// The store's doorbell: rings at once for what this process commits, and tells the others, who are told by `NOTIFY
/// annals_log`, never more than 200 times a second. What is committed without a notification (a caller's own
/// transaction, psql) is noticed within 50 ms. A server that is away is silence; when it is back, the bell rings.
/// The session that listens lasts as long as the server, and so tells which life of the store this is.
class store_bell {
public:
    explicit store_bell(std::string dsn);

    auto bell() -> doorbell& { return bell_; }
    void committed();

    /// Of the last second; nothing from the moment that the server is lost until it is there again.
    auto incarnation() -> std::optional<std::string>;

private:
    void listen(std::stop_token);
    void listen_on_one_session(std::stop_token);
    void notify(std::stop_token);
    void set_incarnation(std::optional<std::string>);

    std::string dsn_;
    doorbell bell_;
    std::atomic<int> notifier_pid_ = 0;
    std::mutex mutex_;
    std::condition_variable_any due_;
    bool is_due_ = false;
    std::optional<std::string> incarnation_;
    std::jthread listener_;
    std::jthread notifier_;
};

}  // namespace annals::eventstore::postgres
