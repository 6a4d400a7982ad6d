// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/duration_text.hpp>

#include <doctest/doctest.h>

#include <limits>

namespace annals::sagas {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST_CASE("a duration is read in each of its units, with or without the blank")
{
    CHECK(duration_from("250 ms") == 250ms);
    CHECK(duration_from("30 s") == 30s);
    CHECK(duration_from("5 min") == 5min);
    CHECK(duration_from("2 h") == 2h);
    CHECK(duration_from("30s") == 30s);
    CHECK(duration_from("0 s") == 0ms);
    CHECK(duration_from("-5 s") == -5s);          // `check` refuses it, and says where
}

TEST_CASE("what is no duration is nothing")
{
    for (const auto* const text : {"", "30", "s", " 30 s", "30  s", "30 s ", "30 seconds", "1.5 s", "30 S", "+30 s",
                                   "1 d", "9223372036854775808 ms", "9223372036854775807 s"})
        CHECK_MESSAGE(!duration_from(text), text);
}

TEST_CASE("a duration is written in the largest unit that gives a whole number, and is read back equal")
{
    CHECK(duration_text(7'200'000ms) == "2 h");
    CHECK(duration_text(90min) == "90 min");
    CHECK(duration_text(90s) == "90 s");
    CHECK(duration_text(1'500ms) == "1500 ms");
    CHECK(duration_text(0ms) == "0 s");
    for (const auto one :
         {0ms, 1ms, -1ms, 999ms, 1'000ms, 60'000ms, 86'400'000ms, milliseconds::max(), milliseconds::min()})
        CHECK(duration_from(duration_text(one)) == one);
}

}  // namespace
}  // namespace annals::sagas
