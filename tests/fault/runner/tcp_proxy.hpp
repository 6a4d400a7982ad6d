// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace annals::fault_runs {

/// A text in what clients send, and what the server gets in its place: not longer, and filled up with blanks.
struct rewritten_text {
    std::string is, becomes;
};

/// Passes connections on to a server of this machine, and harms them when it is told to. Its own thread does the
/// work. Every function may be called from any thread, and what it asks for happens a moment later.
class tcp_proxy {
public:
    /// Listens on a free port of loopback. Throws `std::system_error`.
    tcp_proxy();
    ~tcp_proxy();
    tcp_proxy(const tcp_proxy&) = delete;
    auto operator=(const tcp_proxy&) -> tcp_proxy& = delete;

    auto port() const -> int { return port_; }
    void lead_to(int server_port) { server_port_ = server_port; }

    void reset_all();                        ///< both sides of every connection get a reset
    void half_close_all(bool of_clients);    ///< the client (otherwise the server) gets an end, and may still send
    void refuse(bool);                       ///< while true, a new connection is reset at once
    void delay(std::chrono::milliseconds);   ///< what comes from now on is passed on this much later
    void hold(bool);                         ///< while true nothing is passed on, as in a network that is cut
    auto held_bytes() const -> std::size_t { return held_bytes_; }  ///< that clients have sent meanwhile
    void rewrite(std::vector<rewritten_text>);  ///< in what clients send from now on

private:
    struct link;
    struct orders {
        bool reset = false, half_close_clients = false, half_close_servers = false;
        std::vector<rewritten_text> rewritten;
    };

    void run(const std::stop_token&);
    void obey();
    void accept_new();
    void serve(link&);
    auto wait() -> bool;

    int listening_ = -1, port_ = 0;
    std::atomic<int> server_port_ = 0;
    std::atomic<bool> refuses_ = false, holds_ = false;
    std::atomic<std::size_t> held_bytes_ = 0;
    std::atomic<int> delay_ms_ = 0;
    std::mutex mutex_;
    orders orders_;
    std::vector<rewritten_text> rewritten_;
    std::list<link> links_;
    std::jthread thread_;
};

}  // namespace annals::fault_runs
