// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace laboratory {

/// This program once more, as a process of its own with the same environment; ended with this object.
class running_program {
public:
    explicit running_program(std::vector<std::string> arguments);
    ~running_program();
    running_program(const running_program&) = delete;
    auto operator=(const running_program&) -> running_program& = delete;

    /// Asks it to end (SIGTERM), waits, and returns its exit code; 128 + the signal that ended it otherwise.
    auto stop() -> int;

private:
    pid_t pid_ = 0;
};

}  // namespace laboratory
