// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/append/append_queue.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <thread>

using namespace annals::eventstore;
using namespace annals::eventstore::postgres;
using namespace annals::libpq;
using namespace std::chrono_literals;

namespace {

auto to(const std::string& key, std::chrono::milliseconds patience = 1h) -> pending_append
{
    append_request request{.streams = {{{"sample", key}, expected_version::any(), {{.type = "sample.created"}}}}};
    return {.what = {std::move(request), {{1, 0}}},
            .done = [](append_outcome) {},
            .until = std::chrono::steady_clock::now() + patience,
            .bytes = 100};
}

auto holds(const std::vector<pending_append>& call, const std::string& key) -> bool
{
    return std::ranges::any_of(call, [&](const auto& one) { return one.what.request.streams[0].stream.key == key; });
}

auto fill(append_queue& queue) -> std::size_t
{
    for (std::size_t n = 0; n < waiting_appends::appends_max; ++n) queue.push(to("S-1"));
    return waiting_appends::appends_max;
}

/// The queue's error for an append that it does not accept.
auto refusal(append_queue& queue, pending_append one) -> std::string
{
    try {
        queue.push(std::move(one));
        return "taken";
    } catch (const unavailable& problem) {
        return problem.what();
    }
}

}  // namespace

TEST_CASE("a full queue lets a caller wait until its deadline, and does not change")
{
    append_queue queue;
    auto left = fill(queue);
    CHECK(refusal(queue, to("late", 20ms)) == "too many appends are waiting for PostgreSQL: this one was not sent");
    while (left > 0) {
        const auto call = *queue.take();
        queue.release();
        CHECK_FALSE(holds(call, "late"));
        left -= call.size();
    }
    CHECK(queue.claim());                    // no append waits any more
}

TEST_CASE("a queue is also full when its appends are large")
{
    append_queue queue;
    auto large = to("S-1");
    large.bytes = waiting_appends::bytes_max;
    queue.push(std::move(large));
    CHECK(refusal(queue, to("S-2", 20ms)).find("not sent") != std::string::npos);
    CHECK(queue.take()->size() == 1);
    queue.release();
    CHECK(refusal(queue, to("S-2", 20ms)) == "taken");
}

TEST_CASE("a caller that waits for room continues when there is some")
{
    append_queue queue;
    fill(queue);
    std::string said;
    {
        const std::jthread caller([&] { said = refusal(queue, to("S-2")); });
        (void)queue.take();
    }
    CHECK(said == "taken");
}

TEST_CASE("a queue that closes tells callers that wait for room, and gives out what it has accepted")
{
    append_queue queue;
    auto left = fill(queue);
    std::string said;
    {
        const std::jthread caller([&] { said = refusal(queue, to("S-2")); });
        std::this_thread::sleep_for(50ms);    // it should be waiting by now; otherwise this proves less
        queue.close();
    }
    CHECK(said == "the event store is being closed: this append was not sent");
    CHECK_FALSE(queue.claim());
    while (const auto call = queue.take()) {
        left -= call->size();
        queue.release();
    }
    CHECK(left == 0);
}

TEST_CASE("however busy a stream is, another one's append is sent in its turn")
{
    append_queue queue;
    for (int n = 0; n < 1000; ++n) queue.push(to("busy"));
    queue.push(to("quiet"));
    for (int n = 0; n < 1000; ++n) queue.push(to("busy"));
    int calls = 1;
    for (auto call = *queue.take(); !holds(call, "quiet"); call = *queue.take(), ++calls) {
        queue.release();
        for (std::size_t n = 0; n < call.size(); ++n) queue.push(to("busy"));
        REQUIRE(calls < 4);
    }
    queue.release();
    CHECK_FALSE(queue.claim());              // nor does a caller overtake waiting appends
}

TEST_CASE("the same append, sent twice, is not twice in one call")
{
    append_queue queue;
    auto first = to("S-1");
    auto again = to("S-1");
    again.what.request = first.what.request;
    queue.push(std::move(first));
    queue.push(std::move(again));
    CHECK(queue.take()->size() == 1);
    queue.release();
    CHECK(queue.take()->size() == 1);
}

TEST_CASE("a session released until a time is taken then, even without appends")
{
    append_queue queue;
    REQUIRE(queue.claim());
    std::optional<std::vector<pending_append>> taken;
    const auto due = std::chrono::steady_clock::now() + 30ms;
    {
        const std::jthread taking([&] { taken = queue.take(); });
        queue.release(due);
    }
    CHECK(std::chrono::steady_clock::now() >= due);
    REQUIRE(taken);
    CHECK(taken->empty());
    SUBCASE("also when the queue was closed meanwhile")
    {
        queue.close();
        queue.release(due);
        CHECK(queue.take());
        queue.release();
        CHECK_FALSE(queue.take());
    }
}

TEST_CASE("a caller may claim such a session before that time, and then keeps it")
{
    append_queue queue;
    REQUIRE(queue.claim());
    queue.release(std::chrono::steady_clock::now());
    CHECK(queue.claim());
    queue.push(to("S-1"));
    queue.release();
    CHECK(queue.take()->size() == 1);
}
