// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>

namespace annals::libpq {

/// Gives deadlines to calls of libpqxx, which has none: ends a session that is in use for too long, so that the call
/// that waits for the server fails with a lost session. One thread, begun by the first limit. Thread-safe.
class call_limits {
    using time_point = std::chrono::steady_clock::time_point;

    struct session {
        int socket;
        time_point until;
        bool is_ended = false;
    };

public:
    call_limits() = default;
    call_limits(const call_limits&) = delete;
    auto operator=(const call_limits&) -> call_limits& = delete;

    /// While it lives, the session of this socket is ended at `until`. To be destroyed before the session.
    class limit {
    public:
        limit(call_limits& of, int socket, time_point until);
        ~limit();
        limit(const limit&) = delete;
        auto operator=(const limit&) -> limit& = delete;

    private:
        call_limits& of_;
        std::list<session>::iterator place_;
    };

private:
    void run(const std::stop_token&);
    auto earliest() const -> time_point;
    void end_late(time_point now);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::list<session> in_use_;
    time_point looks_at_ = time_point::max();    ///< when the thread wakes by itself
    std::jthread thread_;                        // last: destroyed before what it uses
};

}  // namespace annals::libpq
