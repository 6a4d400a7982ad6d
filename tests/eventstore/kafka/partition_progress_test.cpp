// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/partition_progress.hpp>

#include <doctest/doctest.h>

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

/// Of a log whose topic holds nothing yet.
struct begun {
    partition_progress progress{{{"sample", 0}, 1, 1}, "annals.sample", {.log = {"sample", 0}}, true};

    auto offer(std::int64_t position) -> const partition_progress::sent_event&
    {
        return progress.offer(event_at(position));
    }
};

}  // namespace

TEST_CASE("a producer's first event goes alone, until it is acknowledged")
{
    begun of;
    of.progress.begin_with_one();
    CHECK(of.progress.has_room());
    of.offer(1);
    CHECK_FALSE(of.progress.has_room());
    of.progress.acknowledge(0);
    of.offer(2);
    CHECK(of.progress.has_room());
    of.progress.begin_with_one();                        // of another producer
    CHECK_FALSE(of.progress.has_room());
}

TEST_CASE("an acknowledgement out of order, or below what was acknowledged, is not the next one")
{
    begun of;
    const auto& first = of.offer(1);
    const auto& second = of.offer(2);
    CHECK_FALSE(of.progress.is_next(second, 0));
    CHECK(of.progress.is_next(first, 0));
    of.progress.acknowledge(5);
    CHECK_FALSE(of.progress.is_next(second, 5));
    CHECK(of.progress.is_next(second, 6));
}

TEST_CASE("an event that was not sent after all is offered again")
{
    begun of;
    of.offer(1);
    of.offer(2);
    of.progress.take_back();
    CHECK(of.progress.offered() == log_position{1});
    of.progress.acknowledge(0);
    CHECK(of.progress.is_idle());
}
