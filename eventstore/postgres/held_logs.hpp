// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/append_session.hpp>
#include <eventstore/postgres/waiting_appends.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace annals::eventstore::postgres {

/// Logs that another transaction holds. Their appends wait here. Each log has its own line, with a thread and a
/// session, so that a held log delays only the appends that need it. A line ends when it is empty; an append that
/// finds its line full is `unavailable`. Thread-safe.
class held_logs {
public:
    /// `done`: the listener of an append session; its `committed` and `give_up` are used.
    held_logs(std::string dsn, append_session::listener done);
    /// Waits until the lines are empty.
    ~held_logs();

    /// Takes the append when one of its logs has a line already: this keeps the order.
    auto take(pending_append&) -> bool;
    void add(std::int32_t log, pending_append);

private:
    struct line {
        waiting_appends waiting;
        std::jthread thread;
    };

    void work_off(std::int32_t log);
    auto next_of(std::int32_t log) -> std::vector<pending_append>;

    std::string dsn_;
    append_session::listener listener_;
    std::atomic<std::size_t> count_ = 0;
    std::mutex mutex_;
    std::map<std::int32_t, line> lines_;
    std::vector<std::jthread> ended_;
};

}  // namespace annals::eventstore::postgres
