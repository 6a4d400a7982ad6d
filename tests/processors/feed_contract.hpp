// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/processors/fed_category.hpp>

#include <thread>

/// The promises of every feed, as tests. A test program includes this file once and calls `check_feed(make)` with a
/// maker of `feed_under_test`.
namespace annals::processors::contract {

template <class Make>
void check_feed(Make make)
{
    SUBCASE("a reader at the beginning gets everything, in order and without a gap")
    {
        fed_category at(make());
        at.append(0, 2500);
        const auto events = at.read({at.log(0), {0}}, 2500);
        CHECK(events.size() == 2500);
        check_dense(events, at.log(0), 0);
    }
    SUBCASE("a reader at the end gets nothing, and then what is appended")
    {
        fed_category at(make());
        at.append(0, 3);
        CHECK(at.read({at.log(0), {0}}, 3).size() == 3);
        CHECK(at.next({{at.log(0), {3}}}).empty());
        at.append(0, 2);
        const auto events = at.read({at.log(0), {3}}, 2);
        CHECK(events.size() == 2);
        check_dense(events, at.log(0), 3);
    }
    SUBCASE("waiting readers are told when something is appended")
    {
        fed_category at(make());
        at.append(0, 1);
        CHECK(at.read({at.log(0), {0}}, 1).size() == 1);
        const auto seen = at.feed().changes().count();
        std::jthread appends([&] { at.append(0, 1); });
        CHECK(at.feed().changes().wait(seen, std::chrono::seconds(5)));
    }
    SUBCASE("readers go at their own pace: one at the end does not move another")
    {
        fed_category at(make());
        at.append(0, 30);
        CHECK(at.read({at.log(0), {0}}, 30).size() == 30);
        at.append(0, 10);
        CHECK(at.read({at.log(0), {30}}, 10).size() == 10);
        for (const std::int64_t after : {0, 7, 29, 35}) {
            const auto events = at.read({at.log(0), {after}}, static_cast<std::size_t>(40 - after));
            CHECK(events.size() == static_cast<std::size_t>(40 - after));
            check_dense(events, at.log(0), after);
        }
    }
    SUBCASE("a reader that has seen more than the feed gets nothing old")
    {
        fed_category at(make());
        at.append(0, 5);
        CHECK(at.read({at.log(0), {0}}, 5).size() == 5);
        CHECK(at.next({{at.log(0), {9}}}).empty());
        at.append(0, 6);
        const auto events = at.read({at.log(0), {9}}, 2);
        CHECK(events.size() == 2);
        check_dense(events, at.log(0), 9);
    }
    SUBCASE("several logs are read together, each without gaps")
    {
        fed_category at(make());
        at.append(0, 10);
        at.append(1, 20);
        std::int64_t after[] = {0, 0};
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (after[0] + after[1] < 30 && std::chrono::steady_clock::now() < deadline)
            for (const auto& event : at.next({{at.log(0), {after[0]}}, {at.log(1), {after[1]}}}))
                CHECK(event.position.number == ++after[event.partition]);
        CHECK(after[0] == 10);
        CHECK(after[1] == 20);
    }
    SUBCASE("a page bounds the events and their bytes, but never to nothing")
    {
        fed_category at(make());
        at.append(0, 20, 1000);
        CHECK(at.read({at.log(0), {0}}, 20).size() == 20);
        at.append(0, 20, 1000);
        CHECK(at.read({at.log(0), {20}}, 20).size() == 20);
        for (const std::int64_t after : {0, 20}) {
            CHECK(at.next({{at.log(0), {after}}}, {.events_max = 7}).size() == 7);
            CHECK(at.next({{at.log(0), {after}}}, {.events_max = 100, .bytes_max = 3500}).size() == 3);
            CHECK(at.next({{at.log(0), {after}}}, {.events_max = 100, .bytes_max = 1}).size() == 1);
        }
    }
    SUBCASE("a burst larger than any window arrives whole")
    {
        fed_category at(make());
        at.append(0, 1);
        CHECK(at.read({at.log(0), {0}}, 1).size() == 1);
        at.append(0, 5000);
        const auto events = at.read({at.log(0), {1}}, 5000, {.events_max = 200});
        CHECK(events.size() == 5000);
        check_dense(events, at.log(0), 1);
    }
    SUBCASE("many concurrent readers each get everything once")
    {
        fed_category at(make());
        std::vector<std::vector<eventstore::recorded_event>> seen(4);
        {
            std::vector<std::jthread> readers;
            for (auto& mine : seen)
                readers.emplace_back([&] { mine = at.read({at.log(0), {0}}, 1500, {.events_max = 50}); });
            at.append(0, 1500);
        }
        for (const auto& mine : seen) {
            CHECK(mine.size() == 1500);
            check_dense(mine, at.log(0), 0);
        }
    }
}

}  // namespace annals::processors::contract
