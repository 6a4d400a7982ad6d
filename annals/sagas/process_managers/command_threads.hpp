// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/event_fd.hpp>
#include <annals/sagas/process_managers/due_commands.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace annals::sagas {

/// Threads that carry out commands: those of one target in order, those of different targets at the same time. A target
/// has one thread; after a failure the rest of what was handed out for it is left. Thread-safe.
class command_threads {
public:
    /// `carry_out` must not throw; it is called by several threads. `may_go_on`: asked before each command; when it
    /// says no, the command is left. `wakes`: set when there is a result. They must outlive this object.
    command_threads(std::size_t count, std::function<carried(due_command)> carry_out, std::function<bool()> may_go_on,
                    libpq::event_fd& wakes);
    /// As `finish`.
    ~command_threads();

    /// For targets that have none at the moment.
    void hand_out(std::vector<due_command>);

    /// What came of them, in the order of each target.
    auto take_results() -> std::vector<carried>;

    /// Begins nothing more, and waits for what is under way.
    void finish();

private:
    using commands_of_target = std::vector<due_command>;

    void run();
    auto next() -> commands_of_target;
    void carry_out_all(commands_of_target);
    auto attempt(due_command) -> carried;
    auto is_ended() -> bool;

    const std::function<carried(due_command)> carry_out_;
    const std::function<bool()> may_go_on_;
    libpq::event_fd& result_;
    std::mutex mutex_;  // guards all below, but the threads
    std::condition_variable changed_;
    std::deque<commands_of_target> waiting_;
    std::vector<carried> results_;
    bool ends_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace annals::sagas
