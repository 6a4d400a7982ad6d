// SPDX-License-Identifier: Apache-2.0
#include <tests/eventstore/postgres/losing_proxy.hpp>

#include <tests/support/loopback.hpp>

#include <array>
#include <cstdlib>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace annals::tests {
namespace {

auto connect_to_server() -> int
{
    const auto* const port = std::getenv("PGPORT");
    const auto address = loopback(port ? std::atoi(port) : 5432);
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("the proxy of this test found no PostgreSQL on 127.0.0.1: run ./dev test");
    return server;
}

/// Whether something can be read from a socket soon.
auto is_readable(int fd) -> bool
{
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    return poll(&waiting, 1, 20) > 0;
}

}  // namespace

losing_proxy::losing_proxy() : listener_(socket(AF_INET, SOCK_STREAM, 0))
{
    auto address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 16) != 0
        || getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("the proxy of this test found no free port");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept_clients(); });
}

losing_proxy::~losing_proxy()
{
    cut();
    acceptor_.join();
    carriers_.clear();
    close(listener_);
}

void losing_proxy::lose_reply_to(std::string text)
{
    const std::scoped_lock lock(mutex_);
    losing_ = std::move(text);
}

void losing_proxy::cut()
{
    is_cut_ = true;
    is_cut_.notify_all();
}

void losing_proxy::accept_clients()
{
    while (!is_cut_) {
        if (!is_readable(listener_)) continue;
        const int client = accept(listener_, nullptr, nullptr);
        const int server = connect_to_server();
        carriers_.emplace_back([this, client, server] { carry(client, server); });
    }
    shutdown(listener_, SHUT_RDWR);
}

void losing_proxy::carry(int client, int server)
{
    std::array<char, 1 << 16> buffer{};
    bool loses = false;
    const auto pass = [&](int from, int to) {
        const auto size = recv(from, buffer.data(), buffer.size(), 0);
        if (size <= 0) return false;
        const std::string_view message(buffer.data(), static_cast<std::size_t>(size));
        if (from == client) loses = is_to_be_lost(message);
        else if (loses) return false;
        return send(to, message.data(), message.size(), MSG_NOSIGNAL) == size;
    };
    std::array<pollfd, 2> both{
        {{.fd = client, .events = POLLIN, .revents = 0}, {.fd = server, .events = POLLIN, .revents = 0}}};
    bool is_open = true;
    const int lost_before = lost_clients_;
    while (is_open && !is_cut_ && lost_clients_ == lost_before) {
        if (poll(both.data(), both.size(), 20) <= 0) continue;
        if (both[0].revents != 0) is_open = pass(client, server);
        if (is_open && both[1].revents != 0) is_open = pass(server, client);
    }
    close(client);
    if (lost_clients_ != lost_before) is_cut_.wait(false);
    close(server);
}

auto losing_proxy::is_to_be_lost(std::string_view message) -> bool
{
    const std::scoped_lock lock(mutex_);
    if (losing_.empty() || message.find(losing_) == std::string_view::npos) return false;
    losing_.clear();
    return true;
}

}  // namespace annals::tests
