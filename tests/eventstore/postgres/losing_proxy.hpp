// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace annals::tests {

/// A proxy on its own port between a client and the PostgreSQL server that PGPORT names. It can lose chosen messages,
/// so that a test can see a commit whose confirmation never arrives.
class losing_proxy {
public:
    losing_proxy();
    ~losing_proxy();
    losing_proxy(const losing_proxy&) = delete;
    auto operator=(const losing_proxy&) -> losing_proxy& = delete;

    auto port() const -> int { return port_; }

    /// The server answers the next message that holds this text, but the answer is lost, and so is the connection.
    void lose_reply_to(std::string text);

    /// Disconnects all clients without the server's knowledge.
    void lose_clients() { ++lost_clients_; }

    /// From now on no client gets through, and all are disconnected.
    void cut();

private:
    void accept_clients();
    void carry(int client, int server);
    auto is_to_be_lost(std::string_view message) -> bool;

    int listener_;
    int port_ = 0;
    std::atomic<bool> is_cut_ = false;
    std::atomic<int> lost_clients_ = 0;      ///< how often
    std::mutex mutex_;
    std::string losing_;
    std::vector<std::jthread> carriers_;
    std::jthread acceptor_;
};

}  // namespace annals::tests
