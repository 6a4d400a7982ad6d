// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/connection.hpp>
#include <eventstore/postgres/postgres_store.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::eventstore;

namespace {

auto event(const std::string& type) -> new_event { return {.type = type, .data = R"({"n": 1})"}; }

}  // namespace

TEST_CASE("what was appended is read back as it was written")
{
    const tests::temporary_database database;
    const auto store = postgres::open_store({.dsn = database.dsn()});
    const stream_id stream{"sample", "S-1"};
    const auto one = store->append({.streams = {{stream, expected_version::no_stream(), {event("a")}}}});
    REQUIRE(one.has_value());
    CHECK(one->streams.at(0).last_version == stream_version{1});
    const auto more = store->append({.streams = {{stream, expected_version::exactly({1}), {event("b"), event("c")}}}});
    REQUIRE(more.has_value());
    CHECK(more->streams.at(0).first_version == stream_version{2});
    CHECK(more->streams.at(0).last_position == log_position{3});
    const auto found = store->read(stream);
    REQUIRE(found.size() == 3);
    CHECK(found[0].type == "a");
    CHECK(found[2].data == R"({"n": 1})");
    const auto stale = store->append({.streams = {{stream, expected_version::exactly({1}), {event("d")}}}});
    REQUIRE_FALSE(stale.has_value());
    CHECK(to_string(stale.error()) == "conflict: sample-S-1 is at version 3, expected version 1");
}
