// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/change_signal.hpp>
#include <eventstore/postgres/event_fd.hpp>

#include <atomic>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace annals::eventstore::postgres {

/// The store's changes: tells this process at once of what it commits itself, and the others by `NOTIFY annals_log`,
/// never more than 200 times a second. What is committed without a notification (a caller's own
/// transaction, psql) is noticed within 50 ms. A server that is away is silence; when it is back, all are told.
/// One session listens and notifies, so that what a process says of itself wakes nobody in it. It lasts as long as the
/// server, and so tells which incarnation of the store this is.
class change_listener {
public:
    explicit change_listener(std::string dsn);

    auto changes() -> change_signal& { return changes_; }
    void committed();

    /// Of the last second; nothing from the moment that the server is lost until it is there again.
    auto incarnation() -> std::optional<std::string>;

private:
    void run(const std::stop_token&);
    void run_one_session(const std::stop_token&);
    void set_incarnation(std::optional<std::string>);

    std::string dsn_;
    change_signal changes_;
    event_fd wake_;
    std::atomic<bool> is_due_ = false;       ///< the others are to be told
    std::mutex mutex_;
    std::optional<std::string> incarnation_;
    std::jthread thread_;
};

}  // namespace annals::eventstore::postgres
