// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/recent_events.hpp>

#include <doctest/doctest.h>

using namespace annals;
using processors::recent_events;

namespace {

auto event_at(std::int64_t position, std::size_t bytes = 0) -> eventstore::recorded_event
{
    eventstore::recorded_event event{.position = {position}};
    event.data = std::string(bytes, 'x');
    return event;
}

}  // namespace

TEST_CASE("only the event after the end is accepted")
{
    recent_events window({4});
    CHECK_FALSE(window.add(event_at(4)));
    CHECK_FALSE(window.add(event_at(6)));
    CHECK(window.add(event_at(5)));
    CHECK(window.end() == eventstore::log_position{5});
    CHECK(window.holds_next_of({4}));
    CHECK_FALSE(window.holds_next_of({3}));
    CHECK_FALSE(window.holds_next_of({5}));
}

TEST_CASE("the oldest events are dropped when there are too many or too large ones")
{
    recent_events many({0});
    for (std::int64_t position = 1; position <= 600; ++position) many.add(event_at(position));
    CHECK(many.holds_next_of({600 - recent_events::events_max}));
    CHECK_FALSE(many.holds_next_of({599 - recent_events::events_max}));

    recent_events large({0});
    large.add(event_at(1));
    large.add(event_at(2, recent_events::bytes_max + 1));
    CHECK_FALSE(large.holds_next_of({0}));
    CHECK(large.end() == eventstore::log_position{2});
    CHECK(large.add(event_at(3)));
    CHECK(large.holds_next_of({2}));
}
