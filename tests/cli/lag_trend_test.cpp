// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/lag_trend.hpp>
#include <annals/cli/terminal/duration_text.hpp>

#include <doctest/doctest.h>

using namespace annals::cli;
using namespace std::chrono_literals;

namespace {

using way = lag_trend::way;

auto late(std::int64_t applied, std::int64_t head) -> lag_look
{
    return {.applied = applied, .head = head, .age = applied == head ? 0s : 5s};
}

auto way_after(const lag_look& before, const lag_look& now) -> way { return trend_between(before, now, 2s).is; }

}  // namespace

TEST_CASE("a processor catches up when fewer events wait than before, and it is known how long that takes")
{
    const auto trend = trend_between(late(1000, 5000), late(2000, 5200), 2s);
    CHECK(trend.is == way::catching_up);
    CHECK(trend.applied_per_second == doctest::Approx(500));
    REQUIRE(trend.seconds_left);
    CHECK(*trend.seconds_left == doctest::Approx(8));        // 3,200 events, 400 fewer a second
}

TEST_CASE("a processor falls behind when more events wait than before")
{
    const auto trend = trend_between(late(1000, 5000), late(1500, 6000), 2s);
    CHECK(trend.is == way::falling_behind);
    CHECK(trend.applied_per_second == doctest::Approx(250));
    CHECK(!trend.seconds_left);
    CHECK(way_after(late(1000, 1000), late(1000, 1500)) == way::falling_behind);
}

TEST_CASE("a processor that applies what comes is level, whatever waits at the moment")
{
    CHECK(way_after(late(1000, 1000), late(1000, 1000)) == way::level);
    CHECK(way_after(late(1000, 3000), late(3000, 3000)) == way::level);
    CHECK(way_after(late(1000, 1000), {.applied = 1000, .head = 1030, .age = 400ms}) == way::level);
    CHECK(way_after(late(1000, 9000), late(2000, 10'010)) == way::level);        // behind by a thousandth more
}

TEST_CASE("a processor that applies nothing although events wait does not move")
{
    const auto trend = trend_between(late(1000, 5000), late(1000, 5000), 2s);
    CHECK(trend.is == way::not_moving);
    CHECK(trend.applied_per_second == 0);
}

TEST_CASE("a processor that begins again has applied nothing")
{
    const auto trend = trend_between(late(5000, 5000), late(100, 5000), 2s);
    CHECK(trend.is == way::falling_behind);
    CHECK(trend.applied_per_second == 0);
}

TEST_CASE("a duration is written in its two largest units")
{
    CHECK(duration_text(0.2) == "1 s");
    CHECK(duration_text(59) == "59 s");
    CHECK(duration_text(60) == "1 min");
    CHECK(duration_text(200) == "3 min 20 s");
    CHECK(duration_text(2 * 3600 + 300) == "2 h 5 min");
    CHECK(duration_text(3 * 86'400 + 4 * 3600 + 59) == "3 d 4 h");
}
