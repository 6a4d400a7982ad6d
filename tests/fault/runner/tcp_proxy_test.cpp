// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/tcp_proxy.hpp>
#include <tests/support/loopback.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

namespace annals::fault_runs {
namespace {

/// What comes next; empty at the end, "reset" after a reset.
auto received(int socket) -> std::string
{
    std::array<char, 1000> buffer;
    const auto got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got < 0) return errno == ECONNRESET ? "reset" : "error";
    return {buffer.data(), static_cast<std::size_t>(got)};
}

void send_text(int socket, const std::string& text)
{
    CHECK(::send(socket, text.data(), text.size(), MSG_NOSIGNAL) > 0);
}

/// A connection through a proxy, seen from both ends.
struct connection {
    tcp_proxy proxy;
    int listening = ::socket(AF_INET, SOCK_STREAM, 0), client = ::socket(AF_INET, SOCK_STREAM, 0), server = -1;

    connection()
    {
        auto address = tests::loopback(0);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(listening, generic, size) == 0);
        REQUIRE(::listen(listening, 5) == 0);
        REQUIRE(::getsockname(listening, generic, &size) == 0);
        proxy.lead_to(ntohs(address.sin_port));
        address = tests::loopback(proxy.port());
        REQUIRE(::connect(client, generic, sizeof address) == 0);
        server = ::accept(listening, nullptr, nullptr);
        REQUIRE(server >= 0);
    }
    ~connection()
    {
        for (const int one : {listening, client, server}) ::close(one);
    }
};

TEST_CASE_FIXTURE(connection, "what one side sends, the other gets, and so the end")
{
    send_text(client, "hello");
    CHECK(received(server) == "hello");
    send_text(server, "welcome");
    CHECK(received(client) == "welcome");
    ::shutdown(client, SHUT_WR);
    CHECK(received(server).empty());
    send_text(server, "bye");
    CHECK(received(client) == "bye");
}

TEST_CASE_FIXTURE(connection, "what is held arrives afterwards")
{
    proxy.hold(true);
    send_text(client, "hello");
    CHECK(tests::waited_until(std::chrono::seconds(10), [&] { return proxy.held_bytes() == 5; }));
    std::array<char, 10> buffer;
    CHECK(::recv(server, buffer.data(), buffer.size(), MSG_DONTWAIT) == -1);
    proxy.hold(false);
    CHECK(received(server) == "hello");
}

TEST_CASE_FIXTURE(connection, "all connections are reset")
{
    proxy.reset_all();
    CHECK(received(client) == "reset");
    CHECK(received(server) == "reset");
}

TEST_CASE_FIXTURE(connection, "one side gets an end, and may still send")
{
    proxy.half_close_all(true);
    CHECK(received(client).empty());
    send_text(client, "still here");
    CHECK(received(server) == "still here");
}

TEST_CASE_FIXTURE(connection, "what clients send is rewritten, in the same length")
{
    proxy.rewrite({{"epoch = 7", "true"}});
    std::string got;
    while (got != "where true     ;") {          // the order is obeyed a moment later
        send_text(client, "where epoch = 7;");
        got = received(server);
    }
    CHECK_THROWS(proxy.rewrite({{"short", "much longer"}}));
}

TEST_CASE_FIXTURE(connection, "what is delayed comes later, and in order")
{
    proxy.delay(std::chrono::milliseconds{50});
    const auto began = std::chrono::steady_clock::now();
    send_text(client, "late");
    CHECK(received(server) == "late");
    CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds{50});
}

}  // namespace
}  // namespace annals::fault_runs
