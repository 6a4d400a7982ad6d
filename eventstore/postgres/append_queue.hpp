// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/waiting_appends.hpp>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace annals::eventstore::postgres {

/// Appends that wait for the lane, in the order in which they came, and who has the lane: the thread that takes, or a
/// caller that found it free. Bounded: who comes when it is full waits. Thread-safe; one thread takes.
class append_queue {
public:
    /// Whether the caller has the lane now: it was free and nobody waited. Who has it releases it.
    auto claim() -> bool;
    /// At `due` the lane is taken even if nobody has come.
    void release(deadline due = deadline::max());

    /// Throws `unavailable` when there was no room until the append's deadline, or the queue is closed.
    void push(pending_append);

    /// Also when there is no room: for whoever must not wait.
    void push_now(pending_append);

    /// The lane, and what one call may hold of what is there: waits for both, or until the lane is due. Nothing: closed
    /// and empty, and the lane is not due any more.
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
    deadline due_ = deadline::max();  ///< as the lane was released
    deadline wakes_at_ = deadline::max();  ///< when the thread that takes looks again
    bool is_claimed_ = false;
    bool is_closed_ = false;
};

}  // namespace annals::eventstore::postgres
