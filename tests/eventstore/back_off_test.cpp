// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/back_off.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;

TEST_CASE("waits between attempts grow, are never equal for long, and end at five seconds")
{
    back_off waits(std::chrono::milliseconds(50), std::chrono::seconds(5));
    for (int limit = 50; limit <= 3200; limit *= 2) {
        const auto wait = waits.next().count();
        CHECK(wait >= limit / 2);
        CHECK(wait <= limit);
    }
    for (int i = 0; i < 100; ++i) CHECK(waits.next() <= std::chrono::seconds(5));
    waits.reset();
    CHECK(waits.next() <= std::chrono::milliseconds(50));
}

TEST_CASE("a pause ends when a stop is requested")
{
    std::stop_source stop;
    stop.request_stop();
    const auto began = std::chrono::steady_clock::now();
    pause(stop.get_token(), std::chrono::hours(1));
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::minutes(1));
}
