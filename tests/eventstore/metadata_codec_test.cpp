// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/metadata_codec.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;

TEST_CASE("only known members are stored; the time is not one of them")
{
    CHECK(encode(metadata{}) == "{}");
    CHECK(encode(metadata{.user_id = "ada", .occurred_at = now()}) == R"({"user_id":"ada"})");
    CHECK(encode(metadata{.user_id = "ada", .correlation_id = "visit 12", .other = R"({"ward":{"bed":7}})"})
          == R"({"correlation_id":"visit 12","user_id":"ada","ward":{"bed":7}})");
}

TEST_CASE("metadata is read back, and unknown members are kept")
{
    const auto read = decode_metadata(R"({"user_id":"ada","traceparent":"00-1","ward":{"bed":7},"source_service":3})");
    CHECK(read.user_id == "ada");
    CHECK(read.traceparent == "00-1");
    CHECK(read.source_service.empty());
    CHECK(read.other == R"({"ward":{"bed":7},"source_service":3})");
    CHECK(decode_metadata("{}").other.empty());
}

TEST_CASE("invalid metadata is refused")
{
    CHECK_THROWS_AS(encode(metadata{.other = "[1]"}), invalid_request);
    CHECK_THROWS_AS(encode(metadata{.other = "{"}), invalid_request);
    CHECK_THROWS_AS(encode(metadata{.user_id = "ada", .other = R"({"user_id":"grace"})"}), invalid_request);
    CHECK_THROWS_AS(encode(metadata{.user_id = "\xff"}), invalid_request);
    CHECK_THROWS_AS(decode_metadata("7"), mismatch);
}
