// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/change_signal.hpp>
#include <annals/libpq/event_fd.hpp>

#include <atomic>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace annals::eventstore::postgres {

/// The store's changes: tells this process immediately of its own commits, and other processes by `NOTIFY
/// annals_log`, at most 200 times a second. A commit without a notification (a caller's own transaction, psql) is
/// noticed within 50 ms, after quiet times within 250. While the server is unreachable there is no signal; when it is
/// back, all readers are told. One session listens and notifies, so a process does not wake itself with its own
/// notifications. The session breaks when the server restarts, so it also shows which incarnation of the store this is.
class change_listener {
public:
    explicit change_listener(std::string dsn);

    auto changes() -> change_signal& { return changes_; }
    void committed();

    /// At most a second old; nothing from the moment that the server is lost until it is back.
    auto incarnation() -> std::optional<std::string>;

private:
    void run(const std::stop_token&);
    void run_one_session(const std::stop_token&);
    void set_incarnation(std::optional<std::string>);

    std::string dsn_;
    change_signal changes_;
    libpq::event_fd wake_;
    std::atomic<bool> is_due_ = false;  ///< the other processes must be told
    std::mutex mutex_;
    std::optional<std::string> incarnation_;
    std::jthread thread_;
};

}  // namespace annals::eventstore::postgres
