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

/// Logs that another transaction holds. Their appends wait here, each log in a line, a thread and a session of its own,
/// so that a held log delays nobody but those who want it. A line ends when it is empty; an append that finds it full
/// is `unavailable`. Thread-safe.
class held_logs {
public:
    /// `done`: what an append session tells of calls that are done, `committed` and `give_up`.
    held_logs(std::string dsn, append_session::listener done);
    /// Waits until the lines are empty.
    ~held_logs();

    /// Takes the append when one of its logs has a line already: order is kept.
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
