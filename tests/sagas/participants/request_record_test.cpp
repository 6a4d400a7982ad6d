// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/outcome_word.hpp>
#include <annals/sagas/participants/request_record.hpp>
#include <tests/sagas/participants/some_request.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace annals;
using namespace annals::tests;

namespace {

auto with(kafka::record of, const std::string& name, const std::string& value) -> kafka::record
{
    std::ranges::find(of.headers, name, &kafka::header::name)->value = value;
    return of;
}

auto without(kafka::record of, const std::string& name) -> kafka::record
{
    std::erase_if(of.headers, [&](const auto& one) { return one.name == name; });
    return of;
}

}  // namespace

TEST_CASE("a request is a record with these headers, and comes out of it as it was")
{
    auto asked = some_request("reserve_storage", sagas::direction::forward, 3);
    asked.deadline = eventstore::parse_timestamp("2026-11-28T12:00:00.5Z");
    const auto record = sagas::to_record(asked, "saga.storage.replies");

    CHECK(record.key == "S-1");
    CHECK(record.value == R"({"context":{"volume":4},"results":{"create":{"id":7}}})");
    CHECK(record.headers
          == std::vector<kafka::header>{{"annals-saga-type", "order"},
                                        {"annals-saga-id", "S-1"},
                                        {"annals-step", "reserve"},
                                        {"annals-action", "reserve_storage"},
                                        {"annals-direction", "forward"},
                                        {"annals-attempt", "3"},
                                        {"idempotency-key", "S-1/reserve/forward"},
                                        {"annals-deadline", "2026-11-28T12:00:00.500000Z"},
                                        {"annals-reply-topic", "saga.storage.replies"}});
    const auto read = sagas::request_from(record);
    REQUIRE(read);
    CHECK(read->reply_topic == "saga.storage.replies");
    CHECK(sagas::to_record(read->asked, read->reply_topic) == record);
}

TEST_CASE("a reply carries the identifying headers back, and its outcome")
{
    const auto asked = some_request("release_storage", sagas::direction::backward, 2);
    const auto done = sagas::to_record(asked, sagas::done({{"place", "A-7"}}));
    CHECK(done.key == "S-1");
    CHECK(done.value == R"({"place":"A-7"})");
    CHECK(done.headers
          == std::vector<kafka::header>{{"annals-saga-type", "order"},
                                        {"annals-saga-id", "S-1"},
                                        {"annals-step", "reserve"},
                                        {"annals-action", "release_storage"},
                                        {"annals-direction", "backward"},
                                        {"annals-attempt", "2"},
                                        {"idempotency-key", "S-1/reserve/backward"},
                                        {"annals-outcome", "done"}});
    const auto read = sagas::reply_from(done);
    REQUIRE(read);
    CHECK(read->to == sagas::id_of(asked));
    CHECK(read->how.result == eventstore::json{{"place", "A-7"}});

    const auto doubtful = sagas::to_record(asked, sagas::in_doubt("a lost line"));
    CHECK(doubtful.value == R"({"error":"a lost line"})");
    CHECK(sagas::word_of(sagas::reply_from(doubtful)->how) == "in_doubt");
    CHECK(sagas::to_record(asked, sagas::done()).value.empty());
}

TEST_CASE("a record that is no request or reply says what is wrong with it")
{
    const auto request = sagas::to_record(some_request("reserve"), "replies");
    const auto fault = [](const kafka::record& of) { return sagas::request_from(of).error(); };
    CHECK(fault(without(request, "annals-step")) == "it has no header annals-step");
    CHECK(fault(with(request, "annals-attempt", "0")) == "the header annals-attempt is no number from 1: 0");
    CHECK(fault(with(request, "annals-attempt", "1x")) == "the header annals-attempt is no number from 1: 1x");
    CHECK(fault(with(request, "annals-direction", "up"))
          == "the header annals-direction is neither forward nor backward: up");
    CHECK(fault(with(request, "annals-saga-id", "")) == "the header annals-saga-id is empty or not UTF-8");
    CHECK(fault(with(request, "annals-deadline", "soon")).contains("soon"));
    auto bare = request;
    bare.value = "[]";
    CHECK(fault(bare).starts_with("its value "));

    const auto reply = sagas::to_record(some_request("reserve"), sagas::done());
    CHECK(sagas::reply_from(with(reply, "annals-outcome", "ok")).error()
          == "the header annals-outcome is not done, failed, try_again or in_doubt: ok");
    CHECK(sagas::reply_from(without(reply, "idempotency-key")).error() == "it has no header idempotency-key");
}
