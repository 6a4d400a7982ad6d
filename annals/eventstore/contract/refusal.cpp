// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/contract/store_contract.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>

using namespace annals::eventstore;
using namespace annals::eventstore::contract;
using namespace std::chrono_literals;

namespace {

auto text(std::size_t bytes) -> std::string { return std::string(bytes, 'x'); }

auto payload_of(std::size_t bytes) -> std::string { return R"({"a":")" + text(bytes - 8) + R"("})"; }

auto nested(std::size_t depth) -> std::string
{
    std::string json = "1";
    for (std::size_t i = 0; i < depth; ++i) json = R"({"a":)" + json + "}";
    return json;
}

}  // namespace

TEST_CASE("a request that breaks a limit or a rule is refused before anything happens")
{
    const corner in;
    stream_append part{in.stream("a"), expected_version::any(), events(1)};
    std::vector<stream_append> more;
    std::optional<std::string> idempotency_key;
    auto& bad = part.events[0];
    SUBCASE("a category that is none") { part.stream.category = in.category + "-x"; }
    SUBCASE("no category") { part.stream.category = ""; }
    SUBCASE("no key") { part.stream.key = ""; }
    SUBCASE("too long a key") { part.stream.key = text(256); }
    SUBCASE("a control character in the key") { part.stream.key = "a\nb"; }
    SUBCASE("a key that is not UTF-8") { part.stream.key = "a\xff"; }
    SUBCASE("no type") { bad.type = ""; }
    SUBCASE("too long a type") { bad.type = text(256); }
    SUBCASE("schema version 0") { bad.schema_version = 0; }
    SUBCASE("a schema version that no column holds") { bad.schema_version = 32768; }
    SUBCASE("a time that no calendar date has") { bad.occurred_at = timestamp::max(); }
    SUBCASE("a time before the year 0") { bad.occurred_at = parse_timestamp("0000-01-01T00:00:00Z") - 1min; }
    SUBCASE("a time after the year 9999") { bad.occurred_at = parse_timestamp("9999-12-31T23:59:59Z") + 1min; }
    SUBCASE("a payload that is no object") { bad.data = "[]"; }
    SUBCASE("a payload that is no JSON") { bad.data = "{"; }
    SUBCASE("a payload that jsonb cannot hold") { bad.data = R"({"a":"\u0000"})"; }
    SUBCASE("a member twice") { bad.data = R"({"a":1,"a":2})"; }
    SUBCASE("too deep a payload") { bad.data = nested(limits::json_depth + 1); }
    SUBCASE("too large a payload") { bad.data = payload_of(limits::data_bytes + 1); }
    SUBCASE("too large metadata") { bad.metadata = payload_of(limits::metadata_bytes + 1); }
    SUBCASE("metadata that is no object") { bad.metadata = "7"; }
    SUBCASE("too many events") { part.events = events(1001); }
    SUBCASE("too many bytes")
    {
        part.events.assign(9, event("thing.happened", payload_of(limits::data_bytes)));
        for (auto& each : part.events) each.id = new_uuid();
    }
    SUBCASE("no events") { part.events.clear(); }
    SUBCASE("a stream twice") { more.push_back(part); }
    SUBCASE("a negative version") { part.expected = expected_version::exactly({-1}); }
    SUBCASE("an event twice") { part.events.push_back(bad); }
    SUBCASE("an event in two streams") { more.push_back({in.stream("b"), expected_version::any(), part.events}); }
    SUBCASE("an empty idempotency key") { idempotency_key = ""; }
    SUBCASE("too long an idempotency key") { idempotency_key = text(256); }
    SUBCASE("an idempotency key that is not UTF-8") { idempotency_key = "a\xff"; }
    SUBCASE("a second stream that is none") { more.push_back({{in.category, ""}, expected_version::any(), events(1)}); }

    more.insert(more.begin(), part);
    const append_request refused{.streams = more, .resend = false, .idempotency_key = idempotency_key};
    CHECK_THROWS_AS(in.store->append(refused), invalid_request);
    CHECK_FALSE(in.store->find_category(in.category));
    CHECK(in.version_of("a") == 0);
}

TEST_CASE("a request just within the limits is stored")
{
    const corner in;
    SUBCASE("the largest payload")
    {
        const auto data = payload_of(limits::data_bytes);
        REQUIRE(in.append("a", expected_version::any(), {event("thing.happened", data)}));
        CHECK(in.store->read(in.stream("a"))[0].data == data);
    }
    SUBCASE("the deepest payload")
    {
        REQUIRE(in.append("a", expected_version::any(), {event("thing.happened", nested(limits::json_depth))}));
    }
    SUBCASE("the most events")
    {
        REQUIRE(in.append("a", expected_version::any(), events(1000)));
        CHECK(in.version_of("a") == 1000);
    }
    SUBCASE("the longest names")
    {
        REQUIRE(in.append(text(255), expected_version::any(), {event(text(255))}));
        CHECK(in.version_of(text(255)) == 1);
    }
    SUBCASE("the first and the last time")
    {
        std::vector<new_event> ends = events(2);
        ends[0].occurred_at = parse_timestamp("0000-01-01T00:00:00Z");
        ends[1].occurred_at = parse_timestamp("9999-12-31T23:59:59.999999Z");
        REQUIRE(in.append("a", expected_version::any(), ends));
        const auto read = in.store->read(in.stream("a"));
        for (std::size_t i = 0; i < ends.size(); ++i) CHECK(read[i].occurred_at == ends[i].occurred_at);
    }
}

TEST_CASE("a request that throws does not call its completion")
{
    const corner in;
    bool called = false;
    CHECK_THROWS_AS(in.store->append(append_request{}, [&](append_outcome) { called = true; }), invalid_request);
    CHECK_FALSE(called);
}
