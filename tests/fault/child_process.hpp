// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace annals::tests {

/// A program of this build, started by a test and killed with it. What it prints goes to a file, to be shown when a
/// check fails.
class child_process {
public:
    /// Starts it; `environment` is added to the test's own.
    child_process(const std::string& program, std::vector<std::string> arguments,
                  const std::map<std::string, std::string>& environment);
    ~child_process();
    child_process(const child_process&) = delete;
    auto operator=(const child_process&) -> child_process& = delete;

    void send(int signal) const;             ///< SIGSTOP, SIGCONT, …
    void restart();                          ///< SIGKILL, and the same program again
    auto stop() -> int;                      ///< SIGTERM, then as `wait`
    auto wait() -> int;                      ///< for its end: the exit code, or 128 and the signal that ended it
    auto is_running() -> bool;
    auto output() const -> std::string;      ///< of all its lives
    auto name() const -> std::string;        ///< program and arguments

private:
    void start();
    void kill();

    std::vector<std::string> words_;         // of the command line
    std::vector<std::string> environment_;   // name=value
    std::filesystem::path output_;
    pid_t pid_ = 0;                          // 0: it has ended
    int status_ = 0;                         // then: how
};

/// Runs a command of the shell and returns its standard output. Throws when it fails.
auto output_of(const std::string& command) -> std::string;

}  // namespace annals::tests
