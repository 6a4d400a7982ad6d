// SPDX-License-Identifier: Apache-2.0
#include <cli/import/time_reading.hpp>
#include <eventstore/errors.hpp>

#include <doctest/doctest.h>

using namespace annals::cli::imports;
using annals::eventstore::invalid_request;

namespace {

auto utc_of(std::string_view text, const assumed_zone& zone = {}) -> std::string
{
    return annals::eventstore::to_string(read_time(text, zone)).substr(0, sizeof("2024-01-31T08:15:00") - 1);
}

}  // namespace

TEST_CASE("a time says its zone, or the assumed zone is taken")
{
    CHECK(utc_of("2014-10-22 11:15:41+00:00") == "2014-10-22T11:15:41");
    CHECK(utc_of("2014-10-22T11:15:41+02:00", assumed_zone("-05:00")) == "2014-10-22T09:15:41");
    CHECK(utc_of("2014-10-22 11:15:41") == "2014-10-22T11:15:41");
    CHECK(utc_of("2014-10-22 11:15:41.5", assumed_zone("+02:00")) == "2014-10-22T09:15:41");
    CHECK(utc_of("2014-10-22 11:15:41", assumed_zone("-0530")) == "2014-10-22T16:45:41");
}

TEST_CASE("a place has its summer time")
{
    const assumed_zone amsterdam("Europe/Amsterdam");
    CHECK(utc_of("2014-07-01 12:00:00", amsterdam) == "2014-07-01T10:00:00");
    CHECK(utc_of("2014-12-01 12:00:00", amsterdam) == "2014-12-01T11:00:00");
    CHECK(utc_of("2014-12-01 12:00:00Z", amsterdam) == "2014-12-01T12:00:00");
}

TEST_CASE("a time that the clocks showed twice is the first one, and one that they skipped is refused")
{
    const assumed_zone amsterdam("Europe/Amsterdam");
    CHECK(utc_of("2014-10-26 02:30:00", amsterdam) == "2014-10-26T00:30:00");
    CHECK_THROWS_WITH_AS(utc_of("2014-03-30 02:30:00", amsterdam), doctest::Contains("skipped"), invalid_request);
}

TEST_CASE("seconds or the time of day may be left out")
{
    CHECK(utc_of("2014-10-22") == "2014-10-22T00:00:00");
    CHECK(utc_of("2014-10-22", assumed_zone("+02:00")) == "2014-10-21T22:00:00");
    CHECK(utc_of("2014-10-22 11:15") == "2014-10-22T11:15:00");
    CHECK(utc_of("2014-10-22T11:15+01:00") == "2014-10-22T10:15:00");
}

TEST_CASE("what is not a time is refused with its text")
{
    for (const auto* text : {"", "yesterday", "2014-13-01", "22.10.2014 11:15", "2014-10-22 1:15", "1413976541",
                             "2014-10-22 11", "2014-10-22 11:15:41 CET", "0000-01-01"})
        CHECK_THROWS_WITH_AS(utc_of(text), doctest::Contains(text), invalid_request);
}

TEST_CASE("what is not a zone is refused")
{
    for (const auto* name : {"", "Mars/Olympus", "+2", "+25:00", "CET+1 or so"})
        CHECK_THROWS_WITH_AS(assumed_zone{name}, doctest::Contains("not a time zone"), invalid_request);
}
