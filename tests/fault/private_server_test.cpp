// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/private_server.hpp>
#include <tests/support/child.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace annals::tests {
namespace {

auto dev() -> std::string
{
    const auto* const dev = std::getenv("ANNALS_DEV");
    REQUIRE_MESSAGE(dev, "ANNALS_DEV is not set: run ./dev test fault");
    return dev;
}

auto folder_of(const std::string& name) -> std::filesystem::path
{
    return std::filesystem::path(dev()).parent_path() / ".dev/instances" / name;
}

/// A process that has ended, but that nobody has asked for its exit code, has no command line any more.
auto is_running(const std::string& pid) -> bool { return std::ifstream("/proc/" + pid + "/cmdline").get() != EOF; }

auto first_line(const std::string& text) -> std::string { return text.substr(0, text.find('\n')); }

auto first_line(child& of) -> std::string
{
    of.wait_for_data("\n", std::chrono::minutes{2});
    return first_line(of.output());
}

/// Another test that has a server.
class owner {
public:
    explicit owner(std::string which) : which_(std::move(which)), test_({PRIVATE_SERVER_OWNER, which_})
    {
        name_ = first_line(test_);
        server_ = first_line(child({dev(), "server", "pid", which_, name_}).wait().out);
    }
    ~owner()
    {
        try {
            kill();
            child({dev(), "server", "remove", which_, name_}).wait();
        } catch (const std::exception&) {
            // The next test that starts a server removes it.
        }
    }
    owner(const owner&) = delete;
    auto operator=(const owner&) -> owner& = delete;

    auto name() const -> const std::string& { return name_; }
    auto has_server() const -> bool { return is_running(server_); }
    void kill()
    {
        test_.signal(SIGKILL);
        test_.wait();
    }

private:
    std::string which_;
    child test_;
    std::string name_, server_;
};

/// Waits, since another test that starts a server at the same time may be the one that removes it.
auto is_removed(const owner& of) -> bool
{
    return waited_until(std::chrono::seconds{60},
                        [&] { return !of.has_server() && !std::filesystem::exists(folder_of(of.name())); });
}

void check_removal(const std::string& which)
{
    owner killed(which);
    killed.kill();
    REQUIRE(killed.has_server());

    const private_server next("postgres");
    CHECK(is_removed(killed));
}

TEST_CASE("a server whose test was killed is removed by the next test that starts one")
{
    SUBCASE("PostgreSQL") { check_removal("postgres"); }
    SUBCASE("Kafka") { check_removal("kafka"); }
}

TEST_CASE("a server whose test still runs is left alone")
{
    owner other("postgres");
    const private_server next("postgres");
    CHECK(other.has_server());
    CHECK(std::filesystem::exists(folder_of(other.name())));
}

TEST_CASE("a server that is kept stays, stopped, when its test ends")
{
    std::string name;
    {
        private_server kept("postgres", "-kept");
        kept.keep();
        name = kept.name();
    }
    const private_server next("postgres");
    CHECK(std::filesystem::exists(folder_of(name) / "postgres"));
    CHECK(child({dev(), "server", "pid", "postgres", name}).wait().exit_code != 0);
    child({dev(), "server", "remove", "postgres", name}).wait();
    CHECK_FALSE(std::filesystem::exists(folder_of(name) / "postgres"));
}

TEST_CASE("a process that has the number of a removed server, but is another one, is left alone")
{
    owner killed("postgres");
    killed.kill();
    const auto server = folder_of(killed.name()) / "postgres";
    child({dev(), "server", "kill", "postgres", killed.name()}).wait();
    child other({"/bin/sh", "-c", "echo $$; exec sleep 1000"});
    const auto place = exists(server / "elsewhere") ? read_symlink(server / "elsewhere") : server;
    std::ofstream(place / "data/postmaster.pid") << first_line(other) << '\n';

    const private_server next("postgres");
    CHECK(other.is_running());
    CHECK(is_removed(killed));
}

}  // namespace
}  // namespace annals::tests
