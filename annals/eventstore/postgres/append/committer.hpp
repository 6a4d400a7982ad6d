// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/append/append_queue.hpp>
#include <annals/eventstore/postgres/append/append_session.hpp>
#include <annals/eventstore/postgres/append/locked_log_queues.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace annals::eventstore::postgres {

/// Group commit: appends that arrive during a commit share the next call. There is no timer, so an idle store adds no
/// delay. A blocking caller that finds the session free sends its own append. Thread-safe.
class committer {
public:
    struct settings {
        std::string dsn;
        std::chrono::milliseconds patience;  ///< how long an append is retried before it is `unavailable`
        int sole_writer_after_calls;  ///< see `head_cache`
        std::function<void()> committed;
    };

    explicit committer(settings);
    /// Sends what is in the queue, for a few seconds at most.
    ~committer();

    /// Throws `unavailable` when the queue was full for too long.
    void append(routed_append, on_appended done);
    /// Waits for the result.
    auto append(routed_append) -> append_result;

private:
    auto pending(routed_append, on_appended done) const -> pending_append;
    void run();
    void send(std::vector<pending_append>);
    auto give_up() const -> deadline;

    settings settings_;
    std::atomic<deadline> closing_until_{deadline::max()};
    append_queue queue_;
    locked_log_queues locked_;
    append_session session_;  ///< of the thread that has claimed it in the queue
    std::jthread thread_;
};

}  // namespace annals::eventstore::postgres
