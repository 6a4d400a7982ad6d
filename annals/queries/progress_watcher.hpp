// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/token.hpp>

#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace annals::libpq {
class connection;
}  // namespace annals::libpq

namespace annals::queries {

/// Checks how far projections have come, for all waiting readers of a process: one session, and one cheap statement
/// for all of them. It looks about every two milliseconds for a reader that has just begun to wait, and less often
/// for one that has waited long (an eighth of that time). After a look it rests twice as long as the look took. Keeps
/// no snapshot in between, and has neither session nor thread before a reader waits. Thread-safe.
class progress_watcher {
public:
    explicit progress_watcher(std::string dsn);
    ~progress_watcher();
    progress_watcher(const progress_watcher&) = delete;
    auto operator=(const progress_watcher&) -> progress_watcher& = delete;

    /// What readers wait for: a version of a projection, or the one that is live.
    struct read_model {
        std::string name;
        std::optional<int> version = {};

        auto operator<=>(const read_model&) const = default;
    };

    /// Waits. Throws as `database::wait_for`.
    void wait(const read_model&, const eventstore::after_token&);

private:
    using clock = std::chrono::steady_clock;

    /// A log whose progress in a read model some reader waits for.
    using target = std::pair<read_model, eventstore::log_id>;

    struct waiter;
    struct look;

    void run(const std::stop_token&);
    auto due() const -> clock::time_point;
    auto targets() -> std::set<target>;
    auto look_for_all(const std::stop_token&) -> std::unique_ptr<look>;
    void find_parked(look&);
    void answer(const look&);
    void fail(const std::exception_ptr&);

    std::string dsn_;
    std::mutex mutex_;  // guards the waiters
    std::condition_variable_any came_;
    std::list<waiter*> waiters_;
    clock::time_point not_before_;  ///< the next look
    std::unique_ptr<libpq::connection> session_;  ///< the thread's own
    std::jthread thread_;  // last: destroyed before what it uses
};

}  // namespace annals::queries
