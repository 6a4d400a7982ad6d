// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/telemetry/log.hpp>

#include <optional>
#include <string>

namespace annals::telemetry {

/// A problem of something that is retried: logged when it begins and when it changes, not each time. For one thread.
class repeated_problem {
public:
    /// `what`: a constant text, such as "jobs cannot be read".
    explicit repeated_problem(const char* what) : what_(what) {}

    void met(const std::string& problem)
    {
        if (said_ == problem) return;
        said_ = problem;
        log(level::warning, what_, {{"problem", problem}});
    }
    void over()
    {
        if (said_) log(level::info, "it works again", {{"was", what_}});
        said_.reset();
    }

private:
    const char* what_;
    std::optional<std::string> said_;
};

}  // namespace annals::telemetry
