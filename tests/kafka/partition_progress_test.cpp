// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/partition_progress.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::eventstore;
using kafka::partition_progress;

namespace {

auto event_at(std::int64_t position) -> recorded_event
{
    recorded_event event;
    event.position = {position};
    event.id = new_uuid();
    return event;
}

/// For a log whose topic holds nothing yet, and ends at offset 5.
struct begun {
    partition_progress progress{
        {{"sample", 0}, 1, 1}, "annals.sample", {.log = {"sample", 0}, .topic_offset = 5}, 5, true};

    void offer(std::int64_t position) { progress.offer(event_at(position)); }
};

}  // namespace

TEST_CASE("a producer's first event goes alone, until it is acknowledged")
{
    begun of;
    of.progress.begin_with_one();
    CHECK(of.progress.has_room());
    of.offer(1);
    CHECK_FALSE(of.progress.has_room());
    of.progress.acknowledge(5);
    of.offer(2);
    CHECK(of.progress.has_room());
    of.progress.begin_with_one();                        // of another producer
    CHECK_FALSE(of.progress.has_room());
}

TEST_CASE("an event must come right after the one before it: else the topic is another one, or has more records")
{
    begun of;
    of.offer(1);
    CHECK_FALSE(of.progress.is_next(4));
    CHECK_FALSE(of.progress.is_next(6));
    CHECK(of.progress.is_next(5));
    of.progress.acknowledge(5);
    of.offer(2);
    CHECK_FALSE(of.progress.is_next(5));
    CHECK_FALSE(of.progress.is_next(7));
    CHECK(of.progress.is_next(6));
}

TEST_CASE("what is acknowledged after the end is no longer under way, and does not count as published")
{
    begun of;
    of.offer(1);
    of.offer(2);
    of.progress.acknowledge(5);
    of.progress.end();
    of.progress.acknowledge(9);
    CHECK(of.progress.is_idle());
    CHECK(of.progress.done().position == log_position{1});
    CHECK(of.progress.done().topic_offset == 6);
}
