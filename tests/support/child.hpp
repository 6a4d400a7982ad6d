// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace annals::tests {

/// A program as another process sees it: its output, and how it ended.
struct outcome {
    int exit_code = 0;                       ///< or 128 and the number of the signal that ended it
    std::string out, err;
};

/// A running child process. It is killed when this is destroyed, and when the thread that started it ends, so that a
/// test that dies leaves no process.
class child {
public:
    /// `command`: the program's path and its arguments. `environment` is added to this process's; an empty value
    /// removes a variable.
    explicit child(std::vector<std::string> command, const std::map<std::string, std::string>& environment = {},
                   const std::string& input = {});
    ~child();
    child(const child&) = delete;
    auto operator=(const child&) -> child& = delete;

    void signal(int number) const;
    /// SIGKILL, and the same program again. Its output is added to the earlier output.
    void restart();
    auto is_running() -> bool;
    /// Waits for its end. Throws after `limit`.
    auto wait(std::chrono::seconds limit = std::chrono::seconds{60}) -> outcome;
    /// Waits until it has written this to standard error. Throws after `limit`, or when it ended before.
    void wait_for_words(const std::string& words, std::chrono::seconds limit = std::chrono::seconds{60});
    /// The same for standard output.
    void wait_for_data(const std::string& words, std::chrono::seconds limit = std::chrono::seconds{60});

    /// Standard output and then standard error, of all its runs.
    auto output() const -> std::string;
    /// The program's name and its arguments.
    auto name() const -> std::string;

private:
    void start();
    void kill();
    auto text_of(const char* stream) const -> std::string;
    void wait_for(const char* stream, const std::string& words, std::chrono::seconds limit);

    std::vector<std::string> command_;
    std::vector<std::string> environment_;   // name=value
    std::string folder_;                     // its three streams are files here
    pid_t pid_ = 0;                          // 0: it has ended
    int status_ = 0;                         // then: how
};

}  // namespace annals::tests
