// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/libpq/connection.hpp>

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <netdb.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <latch>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace annals;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

namespace {

constexpr auto hanging_name = "a.name.that.the.resolver.waits.for";

std::latch resolver_may_continue{1}, resolver_has_ended{1};

/// The kernel accepts for it, and it says nothing: a PostgreSQL that is stopped, or a proxy that passes nothing on.
struct silent_server {
    silent_server()
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(listen(listener, 16) == 0);
        REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        dsn = "host=127.0.0.1 user=annals dbname=annals port=" + std::to_string(ntohs(address.sin_port));
    }
    ~silent_server() { close(listener); }

    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::string dsn;
};

/// Why connecting failed. `within`: less than what libpq would wait by itself.
auto failure(const std::string& dsn, std::function<bool()> gives_up, clock_type::time_point until,
             std::chrono::seconds within) -> std::string
{
    const auto began = clock_type::now();
    try {
        libpq::connection(dsn, "test", std::move(gives_up), until);
    } catch (const eventstore::unavailable& problem) {
        CHECK(clock_type::now() - began < within);
        return problem.what();
    }
    return "it connected";
}

}  // namespace

/// libpq's own resolver, which a test can let wait.
extern "C" auto getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) -> int
{
    using function = int(const char*, const char*, const addrinfo*, addrinfo**);
    static auto* const actual = reinterpret_cast<function*>(dlsym(RTLD_NEXT, "getaddrinfo"));
    if (name == nullptr || std::strcmp(name, hanging_name) != 0) return actual(name, service, hints, found);
    resolver_may_continue.wait();
    resolver_has_ended.count_down();
    return EAI_AGAIN;
}

TEST_CASE("connecting to a server that accepts and says nothing ends at the caller's deadline")
{
    const silent_server server;
    const auto why = failure(server.dsn + " connect_timeout=60", {}, clock_type::now() + 300ms, 30s);
    CHECK_MESSAGE(why.find("has not answered in time") != why.npos, why);
    CHECK_MESSAGE(why.find("127.0.0.1") != why.npos, why);
}

TEST_CASE("connecting ends when the caller gives up")
{
    const silent_server server;
    std::atomic<int> asked = 0;
    const auto gives_up = [&] { return ++asked > 2; };
    const auto why = failure(server.dsn + " connect_timeout=60", gives_up, clock_type::time_point::max(), 30s);
    CHECK_MESSAGE(why.find("does not answer") != why.npos, why);
}

TEST_CASE("connecting ends at the caller's deadline while the resolver of names hangs")
{
    const auto dsn = std::string("user=annals dbname=annals host=") + hanging_name;
    const auto why = failure(dsn, {}, clock_type::now() + 300ms, 30s);
    CHECK_MESSAGE(why.starts_with("PostgreSQL at " + std::string(hanging_name)), why);
    CHECK_MESSAGE(why.contains("has not answered in time"), why);
    resolver_may_continue.count_down();
    resolver_has_ended.wait();
}
