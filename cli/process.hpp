// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/exit_code.hpp>
#include <cli/presence.hpp>
#include <cli/session.hpp>

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace annals::cli {

/// A long-running process: runs its parts side by side until a signal asks for a stop (exit code 0) or a part cannot
/// continue (1). Meanwhile it keeps a row in annals.workers, carries out orders and deletes old idempotency keys.
class process {
public:
    explicit process(session& session) : session_(session) {}

    /// `run` must return soon after a stop was requested. An exception from it ends the process.
    void add(std::string part, std::function<void(std::stop_token)> run);
    /// What this process can work on, for others to see; called every two seconds from another thread.
    void knows(std::function<std::vector<known_subject>()> known) { knows_ = std::move(known); }

    auto run() -> exit_code;

private:
    struct part {
        std::string name;
        std::function<void(std::stop_token)> run;
    };

    session& session_;
    std::vector<part> parts_;
    std::function<std::vector<known_subject>()> knows_ = [] { return std::vector<known_subject>{}; };
};

}  // namespace annals::cli
