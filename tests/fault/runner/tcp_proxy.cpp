// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/tcp_proxy.hpp>

#include <tests/support/loopback.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace annals::fault_runs {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t waiting_max = 1 << 20;
constexpr int look_every_ms = 5;             ///< for orders, and for what is delayed

auto as_generic(sockaddr_in& address) -> sockaddr* { return reinterpret_cast<sockaddr*>(&address); }

/// The other side gets a reset instead of an end.
void reset(int& socket)
{
    if (socket < 0) return;
    const linger at_once{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(socket, -1));
}

void make_quick(int socket)
{
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
}

struct late_bytes {
    clock::time_point due;
    std::string bytes;
};

/// One direction of a connection.
struct way {
    std::deque<late_bytes> waiting;
    std::size_t size = 0;
    bool has_ended = false;                  ///< nothing more comes
    bool is_shut = false;                    ///< nothing more is passed on

    auto is_due(bool is_held = false) const -> bool
    {
        return !is_held && !waiting.empty() && waiting.front().due <= clock::now();
    }
};

/// False when the connection is broken.
auto read_into(way& to, int from, std::chrono::milliseconds later, const std::vector<rewritten_text>& rewritten) -> bool
{
    std::array<char, 65536> buffer;
    while (!to.has_ended && to.size < waiting_max) {
        const auto got = ::recv(from, buffer.data(), buffer.size(), 0);
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        if (got == 0) return to.has_ended = true;
        std::string bytes(buffer.data(), static_cast<std::size_t>(got));
        for (const auto& [is, becomes] : rewritten)
            for (auto at = bytes.find(is); at != std::string::npos; at = bytes.find(is, at + 1))
                bytes.replace(at, is.size(), becomes);
        if (to.is_shut) continue;
        to.size += bytes.size();
        to.waiting.push_back({clock::now() + later, std::move(bytes)});
    }
    return true;
}

auto write_from(way& from, int to) -> bool
{
    while (from.is_due()) {
        auto& first = from.waiting.front().bytes;
        const auto sent = ::send(to, first.data(), first.size(), MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN || errno == EINTR;
        from.size -= static_cast<std::size_t>(sent);
        first.erase(0, static_cast<std::size_t>(sent));
        if (first.empty()) from.waiting.pop_front();
    }
    if (from.has_ended && from.waiting.empty() && !from.is_shut) {
        ::shutdown(to, SHUT_WR);
        from.is_shut = true;
    }
    return true;
}

void shut(way& one, int to)
{
    one.waiting.clear();
    one.size = 0;
    one.is_shut = true;
    ::shutdown(to, SHUT_WR);
}

}  // namespace

struct tcp_proxy::link {
    int client = -1, server = -1;
    way to_server{}, to_client{};

    void end()
    {
        reset(client);
        reset(server);
    }
    auto is_over() const -> bool { return client < 0 || (to_server.is_shut && to_client.is_shut && has_ended()); }
    auto has_ended() const -> bool { return to_server.has_ended || to_client.has_ended; }
};

tcp_proxy::tcp_proxy()
{
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    auto address = tests::loopback(0);
    socklen_t size = sizeof address;
    if (listening_ < 0 || ::bind(listening_, as_generic(address), size) || ::listen(listening_, 256)
        || ::getsockname(listening_, as_generic(address), &size))
        throw std::system_error(errno, std::generic_category(), "a proxy cannot listen");
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

tcp_proxy::~tcp_proxy()
{
    thread_.request_stop();
    thread_.join();
    for (auto& one : links_) one.end();
    ::close(listening_);
}

void tcp_proxy::reset_all()
{
    const std::scoped_lock lock(mutex_);
    orders_.reset = true;
}

void tcp_proxy::half_close_all(bool of_clients)
{
    const std::scoped_lock lock(mutex_);
    (of_clients ? orders_.half_close_clients : orders_.half_close_servers) = true;
}

void tcp_proxy::refuse(bool on) { refuses_ = on; }

void tcp_proxy::hold(bool on) { holds_ = on; }

void tcp_proxy::delay(std::chrono::milliseconds by) { delay_ms_ = static_cast<int>(by.count()); }

void tcp_proxy::rewrite(std::vector<rewritten_text> texts)
{
    for (auto& [is, becomes] : texts) {
        if (becomes.size() > is.size()) throw std::invalid_argument("longer than what it replaces: " + becomes);
        becomes.resize(is.size(), ' ');
    }
    const std::scoped_lock lock(mutex_);
    orders_.rewritten = std::move(texts);
}

void tcp_proxy::run(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        if (wait()) accept_new();
        obey();
        std::size_t held = 0;
        for (auto& one : links_) {
            serve(one);
            held += one.to_server.size;
        }
        held_bytes_ = held;
        std::erase_if(links_, [](link& one) {
            const bool is_over = one.is_over();
            if (is_over) one.end();
            return is_over;
        });
    }
}

/// Until there is something to do. Returns whether somebody wants to connect.
auto tcp_proxy::wait() -> bool
{
    std::vector<pollfd> all{{listening_, POLLIN, 0}};
    bool is_late = false;
    const auto add = [&](int socket, const way& in, const way& out) {
        const bool reads = !in.has_ended && in.size < waiting_max;
        const auto events = (reads ? POLLIN : 0) | (out.is_due(holds_) ? POLLOUT : 0);
        all.push_back({events == 0 ? -1 : socket, static_cast<short>(events), 0});
        is_late = is_late || !out.waiting.empty();
    };
    for (const auto& one : links_) {
        add(one.client, one.to_server, one.to_client);
        add(one.server, one.to_client, one.to_server);
    }
    ::poll(all.data(), all.size(), is_late ? 1 : look_every_ms);
    return (all.front().revents & POLLIN) != 0;
}

void tcp_proxy::obey()
{
    const std::scoped_lock lock(mutex_);
    rewritten_ = orders_.rewritten;
    for (auto& one : links_) {
        if (orders_.half_close_clients) shut(one.to_client, one.client);
        if (orders_.half_close_servers) shut(one.to_server, one.server);
        if (orders_.reset) one.end();
    }
    orders_.reset = orders_.half_close_clients = orders_.half_close_servers = false;
}

void tcp_proxy::accept_new()
{
    for (;;) {
        int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) return;
        int server = refuses_ ? -1 : ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        auto address = tests::loopback(server_port_);
        if (server < 0 || ::connect(server, as_generic(address), sizeof address)) {
            reset(client);
            reset(server);
            continue;
        }
        make_quick(client);
        make_quick(server);
        links_.push_back({.client = client, .server = server});
    }
}

void tcp_proxy::serve(link& one)
{
    if (one.client < 0) return;
    const std::chrono::milliseconds later(delay_ms_.load());
    const bool is_read =
        read_into(one.to_server, one.client, later, rewritten_) && read_into(one.to_client, one.server, later, {});
    if (holds_ && is_read) return;
    const bool is_whole = is_read && write_from(one.to_server, one.server) && write_from(one.to_client, one.client);
    if (!is_whole) one.end();
}

}  // namespace annals::fault_runs
