// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/append/waiting_appends.hpp>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace annals::eventstore::postgres {

/// A bounded FIFO of pending appends, and the token that says which thread may use the append session: the thread
/// that takes, or a caller that found the session free. A caller waits while the queue is full. Thread-safe; only one
/// thread takes.
class append_queue {
public:
    /// Whether the caller has the session now: it was free and nothing was waiting. The caller must release it.
    auto claim() -> bool;
    /// Also says when the session is due next, even if nothing is pushed until then.
    void release(deadline due = deadline::max());

    /// Throws `unavailable` when there was no room until the append's deadline, or when the queue is closed.
    void push(pending_append);

    /// Even when there is no room: for a caller that must not wait.
    void push_now(pending_append);

    /// Takes the session, and as many appends as one call may hold. Waits for both, or until the session is due.
    /// Nothing when the queue is closed and empty and the session is not due any more.
    auto take() -> std::optional<std::vector<pending_append>>;

    /// Appends that are in the queue can still be taken.
    void close();

private:
    void add(pending_append);
    auto can_take() const -> bool;

    std::mutex mutex_;
    std::condition_variable filled_;
    std::condition_variable emptied_;
    waiting_appends waiting_;
    deadline due_ = deadline::max();  ///< as `release` said
    deadline wakes_at_ = deadline::max();  ///< when the taking thread looks again
    bool is_claimed_ = false;
    bool is_closed_ = false;
};

}  // namespace annals::eventstore::postgres
