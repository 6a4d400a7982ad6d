// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/timestamp.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;

TEST_CASE("a time is written in RFC 3339 with microseconds and read back")
{
    const auto at = parse_timestamp("2014-10-22 11:15:41+00:00");
    CHECK(to_string(at) == "2014-10-22T11:15:41.000000Z");
    CHECK(parse_timestamp(to_string(at)) == at);
}

TEST_CASE("an offset is brought to UTC, and digits beyond a microsecond are cut")
{
    CHECK(to_string(parse_timestamp("2024-03-01T00:30:00.1234567+02:00")) == "2024-02-29T22:30:00.123456Z");
    CHECK(to_string(parse_timestamp("2024-03-01T00:30:00.5-0130")) == "2024-03-01T02:00:00.500000Z");
}

TEST_CASE("a text that is not a time is refused")
{
    for (const auto* text : {"", "2024-02-30T00:00:00Z", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01T24:00:00Z",
                             "2024-01-01T00:00:00Zx", "2024-01-01T00:00:00.Z", "24-01-01T00:00:00Z"})
        CHECK_THROWS_AS(parse_timestamp(text), invalid_request);
}
