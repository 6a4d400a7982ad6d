// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/context.hpp>
#include <annals/app/exit_code.hpp>
#include <annals/app/failure.hpp>
#include <annals/operations/presence.hpp>

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace annals::operations {

/// A long-running process: runs its parts side by side until a signal asks for a stop (exit code 0) or a part cannot
/// continue (1). Meanwhile it keeps a row in annals.processes, carries out jobs and deletes old idempotency keys.
class process {
public:
    /// `complain` is told which part cannot continue, and why; called from that part's thread.
    process(app::context& context, std::function<void(const std::string& part, const app::failure&)> complain)
        : context_(context), complain_(std::move(complain))
    {}

    /// `run` must return soon after a stop was requested. An exception from it ends the process.
    void add(std::string part, std::function<void(std::stop_token)> run);
    /// What this process can work on, for others to see; called every two seconds from another thread. Such a process
    /// also builds projections.
    void knows(std::function<std::vector<process_subject>()> known) { knows_ = std::move(known); }

    auto run() -> app::exit_code;

private:
    struct part {
        std::string name;
        std::function<void(std::stop_token)> run;
    };

    app::context& context_;
    std::function<void(const std::string& part, const app::failure&)> complain_;
    std::vector<part> parts_;
    std::function<std::vector<process_subject>()> knows_;
};

}  // namespace annals::operations
