// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/waiting_appends.hpp>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace annals::eventstore::postgres {

/// Appends that wait for the append session, in the order in which they came, and which thread has that session: the
/// one that takes, or a caller that found it free. Bounded: a caller waits while it is full. Thread-safe; one thread
/// takes.
class append_queue {
public:
    /// Whether the caller has the session now: it was free and nobody waited. The caller releases it then.
    auto claim() -> bool;
    /// At `due` the session is taken even if nothing was pushed.
    void release(deadline due = deadline::max());

    /// Throws `unavailable` when there was no room until the append's deadline, or the queue is closed.
    void push(pending_append);

    /// Also when there is no room: for a caller that must not wait.
    void push_now(pending_append);

    /// The session, and what one call may hold of what is there: waits for both, or until the session is due. Nothing:
    /// closed and empty, and the session is not due any more.
    auto take() -> std::optional<std::vector<pending_append>>;

    /// What is there is still taken.
    void close();

private:
    void add(pending_append);
    auto can_take() const -> bool;

    std::mutex mutex_;
    std::condition_variable filled_;
    std::condition_variable emptied_;
    waiting_appends waiting_;
    deadline due_ = deadline::max();  ///< as the session was released
    deadline wakes_at_ = deadline::max();  ///< when the thread that takes looks again
    bool is_claimed_ = false;
    bool is_closed_ = false;
};

}  // namespace annals::eventstore::postgres
