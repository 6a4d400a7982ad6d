// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace annals::tests {

/// A program as another process sees it: what it wrote, and how it ended.
struct outcome {
    int exit_code = -1;                      ///< -1: ended by a signal
    std::string out, err;
};

/// A running child process; killed when destroyed.
class child {
public:
    /// `environment` is added to this process's; an empty value removes a variable.
    explicit child(std::vector<std::string> command, const std::map<std::string, std::string>& environment = {},
                   const std::string& input = {});
    ~child();
    child(const child&) = delete;
    auto operator=(const child&) -> child& = delete;

    void signal(int number) const;
    /// Waits for its end. Throws after `limit`.
    auto wait(std::chrono::seconds limit = std::chrono::seconds{60}) -> outcome;
    /// Waits until it has written this to standard error. Throws after `limit`, or when it ended before.
    void wait_for_words(const std::string& words, std::chrono::seconds limit = std::chrono::seconds{60});
    /// The same for standard output.
    void wait_for_data(const std::string& words, std::chrono::seconds limit = std::chrono::seconds{60});

private:
    auto text_of(const char* name) const -> std::string;
    void wait_for(const char* name, const std::string& words, std::chrono::seconds limit);
    auto has_ended() -> bool;

    std::string folder_;                     // its three streams are files here
    pid_t pid_ = -1;
    int status_ = 0;
    bool ended_ = false;
};

}  // namespace annals::tests
