// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/contention.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace annals::eventstore;
using namespace annals::eventstore::postgres;
using namespace annals::libpq;
using namespace std::chrono_literals;

namespace {

const contention::moment noon{12h};

/// "appended", a rejection's text, or "nothing".
using said = std::shared_ptr<std::string>;

struct caller {
    pending_append append;
    said answer = std::make_shared<std::string>("nothing");
};

auto request(std::int64_t expected, std::vector<uuid> ids) -> routed_append
{
    stream_append part{{"sample", "S-1"}, expected_version::exactly({expected}), {}};
    for (const auto& id : ids) part.events.push_back({.id = id, .type = "noted"});
    return {{.streams = {std::move(part)}}, {{1, 0}}};
}

auto expecting(std::int64_t expected, std::vector<uuid> ids = {new_uuid()}) -> caller
{
    caller one{.append = {.what = request(expected, std::move(ids)), .done = {}, .until = deadline::max()}};
    one.append.done = [answer = one.answer](append_outcome outcome) {
        const auto result = std::move(outcome).get();
        *answer = result ? "appended" : to_string(result.error());
    };
    return one;
}

template <class... Callers> auto batch_of(Callers&... callers) -> std::vector<pending_append>
{
    std::vector<pending_append> batch;
    (batch.push_back(std::move(callers.append)), ...);
    return batch;
}

auto happened(const routed_append& what) -> append_result
{
    const auto& part = what.request.streams.front();
    const auto first = part.expected.version.number + 1;
    const auto last = first + static_cast<std::int64_t>(part.events.size()) - 1;
    return appended{.streams = {{.stream = part.stream, .first_version = {first}, .last_version = {last}, .log = {}}}};
}

auto refused(const routed_append& what, std::int64_t actual) -> append_result
{
    const auto& part = what.request.streams.front();
    return std::unexpected(conflict{{{part.stream, part.expected, {actual}}}});
}

/// A stream for which two appends have competed: at version 3, with an event of ours.
struct contended {
    contended()
    {
        callers.note(request(1, {new_uuid()}), refused(request(1, {new_uuid()}), 2), noon);
        callers.note(request(2, {third}), happened(request(2, {third})), noon);
    }

    /// Another caller's append succeeds.
    void goes_on(std::int64_t expected, uuid id = new_uuid())
    {
        callers.note(request(expected, {id}), happened(request(expected, {id})), noon);
    }

    auto is_sent(caller one, contention::moment at = noon) -> bool
    {
        auto batch = batch_of(one);
        callers.set_aside(batch, at);
        return !batch.empty();
    }

    uuid third = new_uuid();
    contention callers;
};

auto conflict_of(std::int64_t expected, std::int64_t actual) -> std::string
{
    return to_string(std::get<conflict>(refused(request(expected, {}), actual).error()));
}

}  // namespace

TEST_CASE("of all appends that expect one version of a hot stream the first is sent, the others wait for it")
{
    contended stream;
    auto first = expecting(3), second = expecting(3);
    auto batch = batch_of(first, second);
    stream.callers.set_aside(batch, noon);
    REQUIRE(batch.size() == 1);
    stream.callers.note(batch[0].what, happened(batch[0].what), noon);
    CHECK(stream.callers.answer(noon).empty());
    CHECK(*second.answer == conflict_of(3, 4));
    CHECK(stream.callers.due() == deadline::max());
}

TEST_CASE("an append with an old version of a hot stream gets the version that the next call finds")
{
    contended stream;
    auto late = expecting(2);
    auto batch = batch_of(late);
    stream.callers.set_aside(batch, noon);
    CHECK(batch.empty());
    CHECK(stream.callers.answer(noon).empty());
    CHECK(*late.answer == "nothing");
    stream.goes_on(3);
    CHECK(stream.callers.answer(noon).empty());
    CHECK(*late.answer == conflict_of(2, 4));
}

TEST_CASE("appends set aside are answered one per call, and all of them after a while")
{
    contended stream;
    auto one = expecting(2), two = expecting(2), three = expecting(2);
    auto batch = batch_of(one, two, three);
    stream.callers.set_aside(batch, noon);
    stream.goes_on(3);
    (void)stream.callers.answer(noon);
    CHECK(*one.answer == conflict_of(2, 4));
    CHECK(*two.answer == "nothing");
    CHECK(stream.callers.answer(stream.callers.due()).empty());
    CHECK(*two.answer == conflict_of(2, 4));
    CHECK(*three.answer == conflict_of(2, 4));
}

TEST_CASE("an append set aside is sent when no call writes to the stream in time")
{
    contended stream;
    auto late = expecting(2);
    auto batch = batch_of(late);
    stream.callers.set_aside(batch, noon);
    CHECK(stream.callers.answer(stream.callers.due()).size() == 1);
    CHECK(*late.answer == "nothing");
}

TEST_CASE("an append that waited for one that failed is sent immediately")
{
    contended stream;
    auto first = expecting(3), second = expecting(3);
    auto batch = batch_of(first, second);
    stream.callers.set_aside(batch, noon);
    SUBCASE("another process has written") { stream.callers.note(batch[0].what, refused(batch[0].what, 5), noon); }
    SUBCASE("the version is not reached yet") { stream.callers.note(batch[0].what, refused(batch[0].what, 3), noon); }
    CHECK(stream.callers.answer(noon).size() == 1);
}

TEST_CASE("an append that may not have compared the version answers none of those that wait")
{
    contended stream;
    auto late = expecting(2);
    auto batch = batch_of(late);
    stream.callers.set_aside(batch, noon);
    auto other = request(3, {new_uuid()});
    SUBCASE("it has an idempotency key") { other.request.idempotency_key = "key"; }
    SUBCASE("it was sent again") { other.request.resend = true; }
    stream.callers.note(other, happened(other), noon);
    CHECK(stream.callers.answer(noon).empty());
    CHECK(*late.answer == "nothing");
}

TEST_CASE("an append whose event is stored already, or may be, is sent")
{
    contended stream;
    CHECK(stream.is_sent(expecting(2, {stream.third})));                   // sent again
    CHECK(stream.is_sent(expecting(2, {new_uuid(), stream.third})));       // where the stream ends: reused, perhaps
    CHECK(stream.is_sent(expecting(1)));                                   // whose second event is not known
    CHECK_FALSE(stream.is_sent(expecting(2)));
    const auto fourth = new_uuid();
    stream.goes_on(3, fourth);
    CHECK(stream.is_sent(expecting(2, {new_uuid(), fourth})));
    CHECK_FALSE(stream.is_sent(expecting(2, {fourth})));                   // elsewhere: handled by the server
    stream.goes_on(5);                       // others wrote the fifth
    CHECK(stream.is_sent(expecting(4)));
    CHECK_FALSE(stream.is_sent(expecting(5)));
}

TEST_CASE("an append that depends on more than an exact version is sent")
{
    contended stream;
    auto again = expecting(2), keyed = expecting(2), any = expecting(2), several = expecting(2), check = expecting(2);
    again.append.what.request.resend = true;
    keyed.append.what.request.idempotency_key = "key";
    any.append.what.request.streams[0].expected = expected_version::any();
    check.append.what.request.streams[0].events.clear();
    several.append.what.request.streams.push_back({{"sample", "S-2"}, expected_version::any(), {{.type = "noted"}}});
    several.append.what.logs.push_back({1, 0});
    for (auto* one : {&again, &keyed, &any, &several, &check}) CHECK(stream.is_sent(std::move(*one)));
}

TEST_CASE("nothing is known of a stream after the session was lost")
{
    contended stream;
    auto late = expecting(2);
    auto batch = batch_of(late);
    stream.callers.set_aside(batch, noon);
    stream.goes_on(3);
    stream.callers.forget();
    CHECK(stream.is_sent(expecting(2)));
    CHECK(stream.callers.answer(stream.callers.due()).size() == 1);
    CHECK(*late.answer == "nothing");
}

TEST_CASE("an append with an old version of a quiet stream does not wait")
{
    contended stream;
    CHECK(stream.is_sent(expecting(2), noon + 20ms));
}
