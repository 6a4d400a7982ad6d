// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/partition.hpp>
#include <processors/feed.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

/// What every feed keeps to. A test program proves its feed with it: it includes this file once and calls
/// `check_feed(make)` for a maker of `feed_under_test`.
namespace annals::processors::contract {

/// A feed and the store that it feeds from. Neither need be new: each check has a category of its own.
struct feed_under_test {
    std::shared_ptr<eventstore::store> store;
    std::shared_ptr<processors::feed> feed;
};

/// One category of two logs, its events numbered in their payload.
class corner {
public:
    explicit corner(feed_under_test used) : used_(std::move(used)) { used_.store->ensure_category({category_, 2}); }

    auto log(int partition) const -> eventstore::log_id { return {category_, partition}; }

    /// Appends events to one log, in appends of at most 100.
    void append(int partition, int count, std::size_t payload_bytes = 0)
    {
        const auto data =
            payload_bytes == 0 ? std::string("{}") : R"({"text":")" + std::string(payload_bytes, 'x') + "\"}";
        while (count > 0) {
            const int part = std::min(count, 100);
            std::vector<eventstore::new_event> events(static_cast<std::size_t>(part));
            for (auto& event : events)
                event = {.id = eventstore::new_uuid(),
                         .type = "thing.happened",
                         .schema_version = 1,
                         .data = data,
                         .metadata = "{}",
                         .occurred_at = {}};
            REQUIRE(used_.store->append(
                {.streams = {{{category_, key_in(partition)}, eventstore::expected_version::any(), events}},
                 .resend = false,
                 .idempotency_key = {}}));
            count -= part;
        }
    }

    auto next(const std::vector<eventstore::log_cursor>& after, eventstore::page_size page = {})
        -> std::vector<eventstore::recorded_event>
    {
        return used_.feed->next(after, page);
    }

    /// Reads until `count` events have come after the cursor, as a processor does; fails after ten seconds.
    auto read(eventstore::log_cursor after, std::size_t count, eventstore::page_size page = {})
        -> std::vector<eventstore::recorded_event>
    {
        std::vector<eventstore::recorded_event> all;
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (all.size() < count && std::chrono::steady_clock::now() < deadline) {
            const auto rings = used_.feed->bell().rings();
            auto some = next({after}, page);
            if (some.empty()) used_.feed->bell().wait(rings, std::chrono::milliseconds(100));
            for (auto& event : some) all.push_back(std::move(event));
            if (!all.empty()) after.position = all.back().position;
        }
        return all;
    }

    auto feed() -> processors::feed& { return *used_.feed; }

private:
    auto key_in(int partition) const -> std::string;

    feed_under_test used_;
    std::string category_ = "feed" + std::to_string(eventstore::new_uuid().data[15]) + "_"
                            + eventstore::to_string(eventstore::new_uuid()).substr(24);
};

inline auto corner::key_in(int partition) const -> std::string
{
    for (int i = 0;; ++i)
        if (eventstore::partition_of("k" + std::to_string(i), 2) == partition) return "k" + std::to_string(i);
}

inline void check_dense(const std::vector<eventstore::recorded_event>& events, const eventstore::log_id& log,
                        std::int64_t after)
{
    for (const auto& event : events) {
        CHECK(event.log() == log);
        CHECK(event.position.number == ++after);
    }
}

template <class Make>
void check_feed(Make make)
{
    SUBCASE("a reader at the beginning gets everything, in order and without a hole")
    {
        corner at(make());
        at.append(0, 2500);
        const auto events = at.read({at.log(0), {0}}, 2500);
        CHECK(events.size() == 2500);
        check_dense(events, at.log(0), 0);
    }
    SUBCASE("a reader at the end gets nothing, and then what is appended")
    {
        corner at(make());
        at.append(0, 3);
        CHECK(at.read({at.log(0), {0}}, 3).size() == 3);
        CHECK(at.next({{at.log(0), {3}}}).empty());
        at.append(0, 2);
        const auto events = at.read({at.log(0), {3}}, 2);
        CHECK(events.size() == 2);
        check_dense(events, at.log(0), 3);
    }
    SUBCASE("the bell rings when something is appended")
    {
        corner at(make());
        at.append(0, 1);
        CHECK(at.read({at.log(0), {0}}, 1).size() == 1);
        const auto rings = at.feed().bell().rings();
        std::jthread appends([&] { at.append(0, 1); });
        CHECK(at.feed().bell().wait(rings, std::chrono::seconds(5)));
    }
    SUBCASE("readers go at their own pace: one at the end does not move another")
    {
        corner at(make());
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
    SUBCASE("a reader who has seen more than the feed gets nothing old")
    {
        corner at(make());
        at.append(0, 5);
        CHECK(at.read({at.log(0), {0}}, 5).size() == 5);
        CHECK(at.next({{at.log(0), {9}}}).empty());
        at.append(0, 6);
        const auto events = at.read({at.log(0), {9}}, 2);
        CHECK(events.size() == 2);
        check_dense(events, at.log(0), 9);
    }
    SUBCASE("several logs are read at once, each dense")
    {
        corner at(make());
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
        corner at(make());
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
        corner at(make());
        at.append(0, 1);
        CHECK(at.read({at.log(0), {0}}, 1).size() == 1);
        at.append(0, 5000);
        const auto events = at.read({at.log(0), {1}}, 5000, {.events_max = 200});
        CHECK(events.size() == 5000);
        check_dense(events, at.log(0), 1);
    }
    SUBCASE("many readers at once each get everything once")
    {
        corner at(make());
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
