// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <stop_token>
#include <thread>

namespace annals::app {

/// While it lives, the first SIGTERM, SIGINT or SIGHUP asks for a stop. A second one ends the process immediately
/// (exit code 1); so does work that has not stopped within `grace`. A signal within a second of the first one is
/// ignored: some tools signal a process and then its group. A signal that was ignored before stays ignored. One
/// object at a time.
class stop_signals {
public:
    explicit stop_signals(std::chrono::seconds grace = std::chrono::seconds{10});
    ~stop_signals();
    stop_signals(const stop_signals&) = delete;
    auto operator=(const stop_signals&) -> stop_signals& = delete;

    auto token() const -> std::stop_token { return source_.get_token(); }
    /// The same as a signal, for a part that can no longer continue.
    void stop();

private:
    void watch(std::chrono::seconds grace);
    static auto is_wanted_again(std::chrono::seconds grace) -> bool;

    std::stop_source source_;
    std::thread watcher_;
};

}  // namespace annals::app
