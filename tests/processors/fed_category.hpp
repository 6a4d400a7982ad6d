// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/partition.hpp>
#include <annals/processors/feed.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace annals::processors::contract {

/// A feed and its store. Neither need be new: each check has a category of its own.
struct feed_under_test {
    std::shared_ptr<eventstore::store> store;
    std::shared_ptr<processors::feed> feed;
};

/// One category of two logs, its events numbered in their payload.
class fed_category {
public:
    explicit fed_category(feed_under_test used) : used_(std::move(used))
    {
        used_.store->ensure_category({category_, 2});
    }

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
            const auto seen = used_.feed->changes().count();
            auto some = next({after}, page);
            if (some.empty()) used_.feed->changes().wait(seen, std::chrono::milliseconds(100));
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

inline auto fed_category::key_in(int partition) const -> std::string
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

}  // namespace annals::processors::contract
