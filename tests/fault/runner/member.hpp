// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/support/child.hpp>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace annals::fault_runs {

/// What a process of the system does. `program` is a program of a user's, with a view and a table.
enum class role { appender, publisher, worker, program, builder };

auto to_string(role) -> const char*;

/// A process of the system under test.
class member {
public:
    member(role does, std::vector<std::string> command, const std::map<std::string, std::string>& environment);

    auto does() const -> role { return does_; }
    auto is_running() -> bool { return process_.is_running(); }
    auto is_stopped() const -> bool { return is_stopped_; }
    auto process() -> tests::child& { return process_; }

    void stop();                             ///< SIGSTOP
    void go_on();                            ///< SIGCONT
    void kill_and_start_again();
    /// How long ago it was last started.
    auto age() const -> std::chrono::steady_clock::duration { return std::chrono::steady_clock::now() - started_at_; }

private:
    role does_;
    tests::child process_;
    bool is_stopped_ = false;
    std::chrono::steady_clock::time_point started_at_ = std::chrono::steady_clock::now();
};

}  // namespace annals::fault_runs
