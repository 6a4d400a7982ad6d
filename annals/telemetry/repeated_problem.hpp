// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/telemetry/log.hpp>

#include <set>
#include <string>

namespace annals::telemetry {

/// A problem of something that is retried: logged when it begins and when it becomes another one, not each time, and
/// once when it is over. For one thread.
class repeated_problem {
public:
    /// `what`: a constant text, such as "jobs cannot be read".
    explicit repeated_problem(const char* what) : what_(what) {}

    /// `error`: the code by which a program can tell it, if there is one.
    void met(const std::string& problem, const std::string& error = {})
    {
        if (said_.size() == said_max || !said_.insert(problem).second) return;
        if (error.empty()) log(level::warning, what_, {{"problem", problem}});
        else log(level::warning, what_, {{"error", error}, {"problem", problem}});
    }
    void over()
    {
        if (!said_.empty()) log(level::info, "it works again", {{"was", what_}});
        said_.clear();
    }

private:
    static constexpr std::size_t said_max = 10;  ///< a text that holds a time or a number is always another one

    const char* what_;
    std::set<std::string> said_;
};

}  // namespace annals::telemetry
