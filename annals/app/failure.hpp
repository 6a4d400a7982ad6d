// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/exit_code.hpp>

#include <stdexcept>
#include <string>

namespace annals::app {

/// Ends a command with one message for people: what went wrong and where, and a hint what to do.
class failure : public std::runtime_error {
public:
    explicit failure(const std::string& message, std::string hint = {}, exit_code code = exit_code::failed)
        : std::runtime_error(message), hint_(std::move(hint)), code_(code)
    {}

    auto hint() const -> const std::string& { return hint_; }
    auto code() const -> exit_code { return code_; }

private:
    std::string hint_;
    exit_code code_;
};

/// Turns any exception into a failure: the one place that chooses the message and the exit code. `invalid_request` is
/// wrong usage, everything else is failed. The message is one line.
auto explain(const std::exception&) -> failure;

}  // namespace annals::app
