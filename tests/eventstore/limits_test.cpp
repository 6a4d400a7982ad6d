// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/append.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;

namespace {

/// The message with which a request is refused.
auto problem_of(const append_request& request) -> std::string
{
    try {
        check_request(request);
    } catch (const invalid_request& problem) {
        return problem.what();
    }
    return "none";
}

auto request_of(stream_id stream, new_event event) -> append_request
{
    return {.streams = {{std::move(stream), expected_version::any(), {std::move(event)}}}};
}

}  // namespace

TEST_CASE("a refusal names the limit and what broke it")
{
    const stream_id s1{"sample", "S-1"};
    CHECK(problem_of(request_of(s1, {.type = "a"})) == "none");
    CHECK(problem_of({}) == "an append without events");
    CHECK(problem_of(request_of({"sample", ""}, {.type = "a"})) == "the key of a stream in sample is empty");
    CHECK(problem_of(request_of({"sample", std::string(256, 'k')}, {.type = "a"}))
          == "the key of a stream in sample has 256 bytes; the limit is 255");
    CHECK(problem_of(request_of(s1, {.type = ""})) == "the type of an event for sample-S-1 is empty");
    CHECK(problem_of(request_of(s1, {.type = "a", .data = "[1]"}))
          == "a for sample-S-1: the payload is not a JSON object");
    CHECK(problem_of(request_of(s1, {.type = "a", .metadata = "7"}))
          == "a for sample-S-1: the metadata is not a JSON object");
    CHECK(problem_of(request_of(s1, {.type = "a", .data = R"({"a":")" + std::string(1 << 20, 'x') + R"("})"}))
          == "a for sample-S-1: the payload has 1048584 bytes; the limit is 1048576");
    CHECK(problem_of(request_of(s1, {.type = "a", .schema_version = 0}))
          == "a for sample-S-1: a schema version is 1 to 32767, not 0");
    CHECK(problem_of(request_of(s1, {.type = "a", .occurred_at = timestamp::max()}))
          == "a for sample-S-1: a time of occurrence is in the years 0000 to 9999");
    const new_event once{.type = "a"};
    CHECK(problem_of({.streams = {{s1, expected_version::any(), {once, once}}}})
          == "the event id " + to_string(once.id) + " occurs twice in one append");
}

TEST_CASE("a category is made of few characters, so that it can be a topic's name")
{
    for (const auto* name : {"sample", "S.1_a", "9"}) CHECK_NOTHROW(check_category(name));
    CHECK_NOTHROW(check_category(std::string(200, 'c')));
    for (const auto* name : {"", "-", "a-b", ".a", "_a", "a b", "ä", "a/b"})
        CHECK_THROWS_AS(check_category(name), invalid_request);
    CHECK_THROWS_AS(check_category(std::string(201, 'c')), invalid_request);
}

TEST_CASE("a stream is written category-key; the first dash ends the category")
{
    CHECK(parse_stream("sample-S-1") == stream_id{"sample", "S-1"});
    CHECK(to_string(stream_id{"sample", "S-1"}) == "sample-S-1");
    for (const auto* text : {"", "sample", "sample-", "-S-1"}) CHECK_THROWS_AS(parse_stream(text), invalid_request);
}
