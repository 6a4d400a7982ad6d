// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pty.h>

#include <chrono>
#include <csignal>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace annals::tests {

/// A program on a terminal of its own, as a person sees it. It is killed when this is destroyed.
class on_terminal {
public:
    on_terminal(std::vector<std::string> command, int columns, int rows)
    {
        winsize size{};
        size.ws_col = static_cast<unsigned short>(columns);
        size.ws_row = static_cast<unsigned short>(rows);
        std::vector<char*> words;
        for (auto& word : command) words.push_back(word.data());
        words.push_back(nullptr);
        pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
        if (pid_ < 0) throw std::runtime_error("no terminal can be made");
        if (pid_ > 0) return;
        ::setenv("TERM", "xterm", 1);
        ::unsetenv("NO_COLOR");
        ::execv(words[0], words.data());
        ::_exit(127);
    }
    ~on_terminal()
    {
        if (pid_ > 0) ::kill(pid_, SIGKILL), ::waitpid(pid_, nullptr, 0);
        ::close(terminal_);
    }
    on_terminal(const on_terminal&) = delete;
    auto operator=(const on_terminal&) -> on_terminal& = delete;

    /// Waits until this was written after everything that was waited for before, and returns what came up to it.
    /// Throws after 20 seconds, or when the program ended before.
    auto wait_for(const std::string& text) -> std::string
    {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        for (;;) {
            if (const auto found = unread_.find(text); found != std::string::npos) {
                auto before = unread_.substr(0, found + text.size());
                unread_.erase(0, found + text.size());
                return before;
            }
            if (!read() || std::chrono::steady_clock::now() > until)
                throw std::runtime_error("\"" + text + "\" was not written, but:\n" + unread_);
        }
    }
    void type(const std::string& keys) const
    {
        if (::write(terminal_, keys.data(), keys.size()) < 0) throw std::runtime_error("nobody reads what is typed");
    }
    /// Its exit code, or 128 and the signal that ended it.
    auto wait() -> int
    {
        while (read()) {}
        int status = 0;
        ::waitpid(std::exchange(pid_, 0), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    /// False at the end.
    auto read() -> bool
    {
        pollfd ready{.fd = terminal_, .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, 1000) == 0) return true;
        char text[4096];
        const auto size = ::read(terminal_, text, sizeof text);
        if (size <= 0) return false;
        unread_.append(text, static_cast<std::size_t>(size));
        return true;
    }

    int terminal_ = -1;
    pid_t pid_ = 0;
    std::string unread_;
};

}  // namespace annals::tests
