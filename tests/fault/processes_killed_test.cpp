// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/flow.hpp>
#include <tests/kafka/broker.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <thread>

using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t events = 100'000;
constexpr int kills_min = 20;

/// Longer than any lease: other processes have taken over when it continues.
void hang(const child& victim)
{
    victim.signal(SIGSTOP);
    std::this_thread::sleep_for(8s);
    victim.signal(SIGCONT);
}

}  // namespace

/// Covers: processes that die anywhere, and processes that hang and continue as zombies when their work belongs to
/// others.
/// Not covered: a machine that dies (the kernel's buffers survive a killed process), a network that is cut.
TEST_CASE("publishers and workers killed at random lose nothing, do nothing twice and keep the order")
{
    const auto number = seed();
    std::mt19937_64 random(number);
    const temporary_database database;
    flow flow({database.dsn(), broker_settings()}, number);

    auto appending = flow.append(events, 4ms);
    int kills = 0, hangs = 0;
    while (kills < kills_min || appending.wait_for(0s) != std::future_status::ready) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200 + random() % 1500));
        auto& processes = flow.processes();
        auto& victim = *processes[random() % processes.size()];
        REQUIRE_MESSAGE(victim.is_running(), victim.output());
        if ((kills + hangs) % 6 == 5) {
            hang(*processes[static_cast<std::size_t>(hangs++) % processes.size()]);
        } else {
            victim.restart();
            ++kills;
        }
    }
    appending.get();
    MESSAGE(kills << " killed and " << hangs << " stopped while " << flow.acknowledged() << " events flowed");
    CHECK(flow.acknowledged() == events);
    CHECK(flow.fault_found() == "");
}
