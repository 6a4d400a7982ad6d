// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/one_order.hpp>
#include <tests/support/hooked_store.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace annals;
using namespace annals::processors;
using eventstore::log_id, eventstore::recorded_event;

namespace {

struct order_bench {
    annals::tests::hooked_store store;
    log_feed feed{store};
    one_order order;
    std::vector<checkpoint> at;

    explicit order_bench(std::vector<std::string> categories = {"thing"}, int partitions = 4)
        : order(categories, feed, store)
    {
        for (const auto& name : categories) add(name, partitions);
    }

    void add(const std::string& category, int partitions)
    {
        store.ensure_category({category, partitions});
        for (int partition = 0; partition < partitions; ++partition)
            at.push_back({.of = {static_cast<int>(at.size()) + 1, {category, partition}}, .position = {}});
    }

    auto append(const std::string& key, const std::string& category = "thing") -> log_id
    {
        const auto appended =
            store.append({.streams = {{{category, key}, {}, {eventstore::new_event{.type = "thing.happened"}}}}});
        return appended.value().streams.at(0).log;
    }

    /// The next events; the checkpoints move past them, as after a batch.
    auto next(std::size_t events_max = 200) -> std::vector<recorded_event>
    {
        auto events = order.next(at, {.events_max = events_max, .bytes_max = 1 << 20});
        for (const auto& event : events) {
            auto& one = *find(at, event.log());
            REQUIRE(event.position == one.position + 1);
            one.position = event.position;
            one.recorded_at = event.recorded_at;
        }
        return events;
    }

    /// All events in the order that they should have.
    auto expected() -> std::vector<eventstore::uuid>
    {
        std::vector<recorded_event> all;
        for (const auto& one : at)
            for (auto& event : store.read_log(one.of.log, {}, {.events_max = 100'000})) all.push_back(event);
        std::ranges::stable_sort(all, {}, eventstore::place_of);
        return ids_of(all);
    }

    static auto ids_of(const std::vector<recorded_event>& events) -> std::vector<eventstore::uuid>
    {
        std::vector<eventstore::uuid> ids;
        for (const auto& event : events) ids.push_back(event.id);
        return ids;
    }

    auto all_next(std::size_t events_max = 200) -> std::vector<eventstore::uuid>
    {
        std::vector<eventstore::uuid> all;
        for (auto events = next(events_max); !events.empty(); events = next(events_max))
            std::ranges::copy(ids_of(events), std::back_inserter(all));
        return all;
    }
};

/// Hides a log, or hands it out only up to a bound.
class narrow_feed final : public feed {
public:
    explicit narrow_feed(feed& behind) : behind_(behind) {}
    auto next(std::span<const eventstore::log_cursor> cursors, const eventstore::page_size& page)
        -> std::vector<recorded_event> override
    {
        auto events = behind_.next(cursors, page);
        std::erase_if(events, [&](const recorded_event& event) { return event.partition == hidden; });
        return events;
    }
    auto bound(const log_id& log) const -> std::optional<eventstore::log_position> override
    {
        return log.partition == bounded ? std::optional(last) : std::nullopt;
    }
    auto changes() -> eventstore::change_signal& override { return behind_.changes(); }

    int hidden = -1;
    int bounded = -1;
    eventstore::log_position last{};

private:
    feed& behind_;
};

}  // namespace

TEST_CASE("events of several logs and categories come by the time at which they were recorded")
{
    order_bench bench({"bike", "customer"}, 3);
    for (int i = 0; i < 300; ++i) bench.append("k" + std::to_string(i % 17), i % 3 == 0 ? "bike" : "customer");
    CHECK(bench.all_next() == bench.expected());
    CHECK(bench.next().empty());
    CHECK(!bench.order.waits_for());
}

TEST_CASE("an event waits while an earlier one may come in another log, and says for which")
{
    order_bench bench;
    const auto log = bench.append("a");
    std::optional<log_id> held;
    for (const auto& one : bench.at)
        if (one.of.log != log) held = one.of.log;
    bench.store.after_watermarks = [&](auto cursors, auto& found) {
        for (std::size_t i = 0; i < cursors.size(); ++i)
            if (cursors[i].log == held) found[i].reset();
    };
    CHECK(bench.next().empty());
    REQUIRE(bench.order.waits_for());
    CHECK(bench.order.waits_for()->log == *held);
    const auto since = bench.order.waits_for()->since;
    CHECK(bench.next().empty());
    CHECK(bench.order.waits_for()->since == since);

    held.reset();
    CHECK(bench.next().size() == 1);
    CHECK(!bench.order.waits_for());
}

TEST_CASE("an event that is older than one at hand comes before it, although the feed brings it later")
{
    order_bench bench;
    narrow_feed feed(bench.feed);
    one_order order({"thing"}, feed, bench.store);
    feed.hidden = bench.append("a").partition;
    std::string other = "b";
    while (bench.append(other).partition == feed.hidden) other += "b";
    CHECK(order.next(bench.at, {}).empty());
    REQUIRE(order.waits_for());
    CHECK(order.waits_for()->log.partition == feed.hidden);

    feed.hidden = -1;
    CHECK(order_bench::ids_of(order.next(bench.at, {})) == bench.expected());
}

TEST_CASE("idle logs are not asked again while history is read")
{
    order_bench bench({"thing"}, 64);
    for (int i = 0; i < 20'000; ++i) bench.append("only one key");
    CHECK(bench.all_next(1000).size() == 20'000);
    CHECK(bench.store.watermark_reads <= 3);
    CHECK(bench.store.log_reads < 700);
}

TEST_CASE("events wait for a category that was just created, until its logs are assigned")
{
    order_bench bench({"thing"});
    one_order order({"thing", "later"}, bench.feed, bench.store);
    bench.append("a");
    const eventstore::page_size page;
    CHECK(order.next(bench.at, page).size() == 1);
    bench.append("b");
    bench.append("x", "later");

    CHECK(order.next(bench.at, page).empty());
    REQUIRE(order.waits_for());
    CHECK(order.waits_for()->log.category == "later");
    for (int partition = 0; partition < bench.store.find_category("later")->partitions; ++partition)
        bench.at.push_back({.of = {100 + partition, {"later", partition}}, .position = {}});
    CHECK(order.next(bench.at, page).size() == 3);
}

TEST_CASE("what was read ahead is not handed out beyond the feed's bound")
{
    order_bench bench({"thing"}, 2);
    narrow_feed feed(bench.feed);
    one_order order({"thing"}, feed, bench.store);
    for (int i = 0; i < 40; ++i) bench.append("k" + std::to_string(i));
    const auto first = order.next(bench.at, {.events_max = 1, .bytes_max = 1 << 20});
    REQUIRE(first.size() == 1);
    find(bench.at, first.front().log())->position = {1};
    feed.bounded = 1 - first.front().partition;

    const auto rest = order.next(bench.at, {.events_max = 100, .bytes_max = 1 << 20});
    CHECK(rest.size() == static_cast<std::size_t>(bench.store.heads("thing").at(1U - feed.bounded).number) - 1);
    CHECK(std::ranges::none_of(rest, [&](const auto& event) { return event.partition == feed.bounded; }));
    CHECK(!order.waits_for());
}

TEST_CASE("events that come before one that was applied already are counted as late, by log")
{
    const auto event_at = [](int partition, int second, std::int64_t position) {
        recorded_event event{};
        event.stream = {"thing", "k"};
        event.partition = partition;
        event.position = {position};
        event.recorded_at = eventstore::timestamp(std::chrono::seconds(second));
        return event;
    };
    const std::vector<checkpoint> at{
        {.of = {1, {"thing", 0}}, .position = {1}, .recorded_at = eventstore::timestamp(std::chrono::seconds(10))},
        {.of = {2, {"thing", 1}}, .position = {}}};
    CHECK(count_late(at, std::vector{event_at(1, 10, 1), event_at(0, 11, 2)}) == std::vector<std::int64_t>{0, 0});
    CHECK(count_late(at, std::vector{event_at(1, 9, 1), event_at(1, 10, 2)}) == std::vector<std::int64_t>{0, 1});
    CHECK(count_late(at, std::vector{event_at(1, 20, 1), event_at(0, 15, 2), event_at(0, 20, 3)})
          == std::vector<std::int64_t>{2, 0});
}

TEST_CASE("the sequence is the same, whatever is read when")
{
    const auto seed = std::random_device()();
    CAPTURE(seed);
    std::minstd_rand random(seed);
    for (int round = 0; round < 30; ++round) {
        order_bench bench({"bike", "customer"}, 1 + static_cast<int>(random() % 5));
        std::vector<eventstore::uuid> seen;
        bench.store.after_watermarks = [&](auto, auto& found) {
            for (auto& one : found)
                if (random() % 5 == 0) one.reset();
        };
        for (int step = 0; step < 200; ++step) {
            if (random() % 3 != 0)
                for (auto more = random() % 30; more > 0; --more)
                    bench.append("k" + std::to_string(random() % 40), random() % 2 == 0 ? "bike" : "customer");
            if (random() % 20 == 0) bench.order.forget();
            auto events = bench.order.next(bench.at, {.events_max = 1 + random() % 40, .bytes_max = 1 << 20});
            if (random() % 4 == 0) events.resize(events.size() / 2);   // the rest of the batch failed
            for (const auto& event : events) {
                find(bench.at, event.log())->position = event.position;
                seen.push_back(event.id);
            }
        }
        bench.store.after_watermarks = {};
        for (const auto& id : bench.all_next()) seen.push_back(id);
        REQUIRE(seen == bench.expected());
    }
}
