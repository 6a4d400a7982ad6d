// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/undo.hpp>

#include <string>
#include <sys/types.h>
#include <vector>

namespace annals::benchmarks {

/// A child process that answers each line on its standard input with one on its standard output. It leads a process
/// group of its own, which is killed at the end.
class conversation {
public:
    /// `command`: a program, found by PATH, and its arguments. Throws when it cannot be started.
    explicit conversation(const std::vector<std::string>& command);
    ~conversation();
    conversation(const conversation&) = delete;
    auto operator=(const conversation&) -> conversation& = delete;

    /// Throws when the child has ended.
    auto ask(const std::string& line) -> std::string;

private:
    std::string command_;
    int to_child_ = -1, from_child_ = -1;
    std::string heard_;
    pid_t child_ = 0;
    undo kill_;
};

}  // namespace annals::benchmarks
