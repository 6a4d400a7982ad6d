// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/append/append_session.hpp>
#include <annals/eventstore/postgres/append/waiting_appends.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace annals::eventstore::postgres {

/// Appends to logs that another transaction has locked wait here. Each log has its own queue, with a thread and a
/// session, so that a locked log delays only the appends that need it. A queue ends when it is empty; an append that
/// finds its queue full is `unavailable`. Thread-safe.
class locked_log_queues {
public:
    /// `done`: the listener of an append session; its `committed` and `give_up` are used.
    locked_log_queues(std::string dsn, append_session::listener done);
    /// Waits until the queues are empty.
    ~locked_log_queues();

    /// Takes the append when one of its logs has a queue already: this keeps the order.
    auto take(pending_append&) -> bool;
    void add(std::int32_t log, pending_append);

private:
    struct queue {
        waiting_appends waiting;
        std::jthread thread;
    };

    void work_off(std::int32_t log);
    auto next_of(std::int32_t log) -> std::vector<pending_append>;

    std::string dsn_;
    append_session::listener listener_;
    std::atomic<std::size_t> count_ = 0;
    std::mutex mutex_;
    std::map<std::int32_t, queue> queues_;
    std::vector<std::jthread> ended_;
};

}  // namespace annals::eventstore::postgres
