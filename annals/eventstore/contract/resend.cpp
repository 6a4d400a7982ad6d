// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/contract/at_once.hpp>
#include <annals/eventstore/contract/store_contract.hpp>

#include <algorithm>
#include <array>
#include <functional>

using namespace annals::eventstore;
using namespace annals::eventstore::contract;

TEST_CASE("an append that is sent again gives the first result, whatever happened to the stream since")
{
    const corner in;
    append_request request{.streams = {{in.stream("a"), {}, events(2)}}, .resend = false, .idempotency_key = {}};
    auto& expected = request.streams[0].expected;
    SUBCASE("expecting no stream") { expected = expected_version::no_stream(); }
    SUBCASE("expecting a version")
    {
        REQUIRE(in.append("a", expected_version::any(), events(3)));
        expected = expected_version::exactly({3});
    }
    SUBCASE("expecting anything, marked as sent again") { expected = expected_version::any(), request.resend = true; }
    SUBCASE("expecting a stream, marked as sent again")
    {
        REQUIRE(in.append("a", expected_version::any(), events(1)));
        expected = expected_version::exists();
        request.resend = true;
    }
    const auto first = in.store->append(request);
    REQUIRE(first);
    CHECK_FALSE(first->duplicate);
    REQUIRE(in.append("a", expected_version::any(), events(2)));
    const auto version = in.version_of("a");

    check_first_result(in.store->append(request), first);
    CHECK(in.version_of("a") == version);
}

TEST_CASE("a resent append to several streams gives the first result, even if its checks fail by now")
{
    const corner in;
    const append_request request{.streams = {{in.stream("guard"), expected_version::no_stream(), {}},
                                             {in.stream("a"), expected_version::no_stream(), events(2)},
                                             {in.stream("b"), expected_version::any(), events(1)}},
                                 .resend = false,
                                 .idempotency_key = {}};
    const auto first = in.store->append(request);
    REQUIRE(in.append("guard", expected_version::any(), events(1)));
    REQUIRE(in.append("b", expected_version::any(), events(1)));

    check_first_result(in.store->append(request), first);
    CHECK(in.version_of("b") == 2);
}

TEST_CASE("an append without an expected version for its events is found again, even if its check fails now")
{
    const corner in;
    const append_request request{.streams = {{in.stream("guard"), expected_version::no_stream(), {}},
                                             {in.stream("a"), expected_version::any(), events(2)}},
                                 .resend = true,
                                 .idempotency_key = {}};
    const auto first = in.store->append(request);
    SUBCASE("it holds") {}
    SUBCASE("it fails by now") { REQUIRE(in.append("guard", expected_version::any(), events(1))); }

    check_first_result(in.store->append(request), first);
    CHECK(in.version_of("a") == 2);
}

TEST_CASE("an append to two streams that is sent again gives the first result, whatever it expected of each")
{
    const corner in;
    REQUIRE(in.append("a", expected_version::any(), events(1)));
    append_request request{.streams = {{in.stream("a"), expected_version::exactly({1}), events(2)},
                                       {in.stream("b"), expected_version::no_stream(), events(2)}},
                           .resend = false,
                           .idempotency_key = {}};
    SUBCASE("versions of both") {}
    SUBCASE("a version of one, and anything of the other") { request.streams[0].expected = expected_version::any(); }
    SUBCASE("that one exists, and a version of the other") { request.streams[0].expected = expected_version::exists(); }
    SUBCASE("anything of both, marked as sent again")
    {
        for (auto& part : request.streams) part.expected = expected_version::any();
        request.resend = true;
    }
    SUBCASE("that one exists and anything of the other, marked as sent again")
    {
        request.streams[0].expected = expected_version::exists();
        request.streams[1].expected = expected_version::any();
        request.resend = true;
    }
    const auto first = in.store->append(request);
    REQUIRE(first);
    CHECK_FALSE(first->duplicate);
    for (const auto* const key : {"a", "b"}) REQUIRE(in.append(key, expected_version::any(), events(1)));

    check_first_result(in.store->append(request), first);
    CHECK(in.version_of("a") == 4);
    CHECK(in.version_of("b") == 3);

    request.streams[1].events[1].data = R"({"n":"another"})";
    CHECK(reused_id(in.store->append(request)) == request.streams[1].events[1].id);
    CHECK(in.version_of("a") == 4);
}

TEST_CASE("a request that is marked as sent again but was never stored is appended")
{
    const corner in;
    append_request request{
        .streams = {{in.stream("a"), expected_version::any(), events(2)}}, .resend = true, .idempotency_key = {}};
    SUBCASE("expecting anything of a stream that does not exist") {}
    SUBCASE("expecting a stream")
    {
        REQUIRE(in.append("a", expected_version::any(), events(1)));
        request.streams[0].expected = expected_version::exists();
    }
    SUBCASE("expecting a version") { request.streams[0].expected = expected_version::exactly({0}); }
    const auto version = in.version_of("a");
    const auto result = in.store->append(request);
    REQUIRE(result);
    CHECK_FALSE(result->duplicate);
    CHECK(in.version_of("a") == version + 2);
}

TEST_CASE("a resent append is found by its ids alone, whatever was appended after it and however old they are")
{
    const corner in;
    append_request request{
        .streams = {{in.stream("a"), expected_version::any(), events(2)}}, .resend = true, .idempotency_key = {}};
    auto& sent = request.streams[0].events;
    SUBCASE("now") {}
    SUBCASE("an hour before")
    {
        const auto hour_ago = (now() - std::chrono::hours{1}).time_since_epoch() / std::chrono::milliseconds{1};
        for (auto& one : sent)               // the first six bytes of version 7 are milliseconds (RFC 9562)
            for (int byte = 0; byte < 6; ++byte)
                one.id.data[byte] = static_cast<std::uint8_t>(hour_ago >> (40 - 8 * byte));
    }
    SUBCASE("by another rule than version 7")
    {
        for (auto& one : sent) one.id = uuid_of_name(to_string(one.id));
    }
    const auto first = in.store->append(request);
    for (int i = 0; i < 5; ++i) REQUIRE(in.append("a", expected_version::any(), events(40)));

    check_first_result(in.store->append(request), first);
    CHECK(in.version_of("a") == 202);
}

TEST_CASE("a resent append is found although its metadata is written in another order")
{
    const corner in;
    auto sent = events(2);
    sent[0].metadata = R"({"user_id":"ada","other":{"a":1,"b":[1.50,"\u00e9"]}})";
    sent[1].occurred_at = parse_timestamp("2024-02-29T12:00:00.000001Z");
    const auto first = in.append("a", expected_version::no_stream(), sent);
    SUBCASE("as it was") {}
    SUBCASE("with its members in another order, with blanks and escapes")
    {
        sent[0].metadata = "{ \"other\": {\"b\": [1.5, \"\xc3\xa9\"], \"a\": 1},\n\"user_id\": \"ada\"}";
    }

    check_first_result(in.append("a", expected_version::no_stream(), sent), first);
    CHECK(in.store->read(in.stream("a"))[0].metadata == R"({"user_id":"ada","other":{"a":1,"b":[1.50,"\u00e9"]}})");
}

TEST_CASE("an event id that comes back for another event is refused, saying what differs, and nothing is stored")
{
    std::function<void(new_event&)> change;
    std::string differs;
    SUBCASE("another type")
    {
        change = [](new_event& event) { event.type = "thing.undone"; };
        differs = "type";
    }
    SUBCASE("another schema version")
    {
        change = [](new_event& event) { event.schema_version = 2; };
        differs = "schema version";
    }
    SUBCASE("another payload")
    {
        change = [](new_event& event) { event.data = R"({"n": 7})"; };
        differs = "data";
    }
    SUBCASE("another time")
    {
        change = [](new_event& event) { *event.occurred_at += std::chrono::microseconds{1}; };
        differs = "time of occurrence";
    }
    SUBCASE("no time")
    {
        change = [](new_event& event) { event.occurred_at.reset(); };
        differs = "time of occurrence";
    }
    SUBCASE("other metadata")
    {
        change = [](new_event& event) { event.metadata = R"({"traceparent":"another"})"; };
        differs = "metadata";
    }
    SUBCASE("all of it")
    {
        change = [](new_event& event) {
            event = {.id = event.id, .type = "x", .schema_version = 9, .data = R"({"a":1})", .metadata = R"({"b":1})"};
        };
        differs = "type, schema version, data, time of occurrence, metadata";
    }

    for (const auto& expected : {expected_version::exactly({1}), expected_version::any(), expected_version::exists()}) {
        CAPTURE(to_string(expected));
        const corner in;
        REQUIRE(in.append("a", expected_version::any(), events(1)));
        append_request request{
            .streams = {{in.stream("a"), expected, events(2)}}, .resend = false, .idempotency_key = {}};
        auto& changed = request.streams[0].events[1];
        changed.occurred_at = parse_timestamp("2024-02-29T12:00:00Z");
        const auto first = in.store->append(request);
        request.resend = expected.is != expected_version::mode::exact;
        check_first_result(in.store->append(request), first);
        change(changed);
        const auto refused = in.store->append(request);
        CHECK(reused_id(refused) == changed.id);
        CHECK(difference(refused) == differs);
        CHECK(in.version_of("a") == 3);
    }
}

TEST_CASE("an event that was given no time is not the same with one")
{
    const corner in;
    auto sent = events(1);
    REQUIRE(in.append("a", expected_version::no_stream(), sent));
    sent[0].occurred_at = in.store->read(in.stream("a"))[0].recorded_at;
    CHECK(difference(in.append("a", expected_version::no_stream(), sent)) == "time of occurrence");
}

TEST_CASE("an event that is at another version is refused if it may have been sent before")
{
    const corner in;
    const auto sent = events(1);
    REQUIRE(in.append("a", expected_version::no_stream(), sent));
    REQUIRE(in.append("a", expected_version::any(), events(3)));
    for (const auto expected : {expected_version::exactly({4}), expected_version::exactly({2})}) {
        const auto refused =
            in.store->append({.streams = {{in.stream("a"), expected, sent}}, .resend = true, .idempotency_key = {}});
        CHECK(reused_id(refused) == sent[0].id);
        CHECK(difference(refused) == "version");
    }
    CHECK(in.version_of("a") == 4);
}

TEST_CASE("a resent append to two streams with another second stream is refused")
{
    const corner in;
    append_request request{.streams = {{in.stream("a"), expected_version::no_stream(), events(1)},
                                       {in.stream("b"), expected_version::any(), events(1)}},
                           .resend = false,
                           .idempotency_key = {}};
    REQUIRE(in.store->append(request));
    auto& other = request.streams[1].stream;
    SUBCASE("of the same category") { other = in.stream("c"); }
    SUBCASE("of another category") { other = corner{in.store}.stream("b"); }
    const auto refused = in.store->append(request);
    CHECK(reused_id(refused) == request.streams[0].events[0].id);
    CHECK(difference(refused) == "other events");
    CHECK(in.store->read(other).empty());
}

TEST_CASE("of many callers that use one id for different events together, one succeeds")
{
    const corner in;
    constexpr int callers = 8;
    const auto shared = new_uuid();
    std::array<std::string, callers> told;
    at_once(callers, [&](int n) {
        auto mine = events(2);
        mine[1].id = shared;
        mine[1].data = R"({"caller":)" + std::to_string(n) + "}";
        const auto result = in.append("a", expected_version::no_stream(), mine);
        told[static_cast<std::size_t>(n)] = result ? "stored" : difference(result);
    });
    CHECK(std::ranges::count(told, "stored") == 1);
    CHECK(std::ranges::count(told, "data") == callers - 1);
    CHECK(in.version_of("a") == 2);
}

TEST_CASE("an append of which only some ids are stored is refused, and nothing is stored")
{
    const corner in;
    auto sent = events(2);
    REQUIRE(in.append("a", expected_version::no_stream(), sent));
    append_request request{.streams = {}, .resend = true, .idempotency_key = {}};
    auto expected = expected_version::no_stream();
    SUBCASE("more events than the first time") { sent.push_back(event()); }
    SUBCASE("another second event") { sent[1] = event(); }
    SUBCASE("expecting anything") { sent.push_back(event()), expected = expected_version::any(); }
    SUBCASE("expecting anything, the known one last")
    {
        sent = {event(), sent[0]};
        expected = expected_version::any();
    }
    request.streams = {{in.stream("a"), expected, sent}};

    const auto refused = in.store->append(request);
    CHECK_FALSE(reused_id(refused).is_nil());
    CHECK(difference(refused) == "other events");
    CHECK(in.version_of("a") == 2);
}

TEST_CASE("an append to several streams of which only one has the events is refused")
{
    const corner in;
    const auto known = events(1);
    REQUIRE(in.append("a", expected_version::no_stream(), known));

    const auto result = in.append({{in.stream("a"), expected_version::no_stream(), known},
                                   {in.stream("b"), expected_version::no_stream(), events(1)}});
    CHECK(reused_id(result) == known[0].id);
    CHECK(in.version_of("b") == 0);
}

TEST_CASE("a conflict with events of others is a conflict, not a reused id")
{
    const corner in;
    REQUIRE(in.append("a", expected_version::any(), events(5)));
    CHECK(is_conflict(in.append("a", expected_version::exactly({2}), events(2))));
    CHECK(is_conflict(in.append("a", expected_version::no_stream(), events(9))));
}
