// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <tests/processors/feed_contract.hpp>
#include <tests/support/hooked_store.hpp>

using namespace annals;
using namespace annals::processors;

TEST_CASE("the log feed keeps the contract of feeds")
{
    contract::check_feed([] {
        const auto store = std::make_shared<eventstore::memory::memory_store>();
        return contract::feed_under_test{store, std::make_shared<log_feed>(*store)};
    });
}

TEST_CASE("one new event is read once for all readers, and idle readers read nothing")
{
    eventstore::memory::memory_store memory;
    const auto store = std::make_shared<annals::tests::hooked_store>(memory);
    const auto feed = std::make_shared<log_feed>(*store);
    contract::fed_category at({store, feed});
    at.append(0, 1);
    const std::vector<eventstore::log_cursor> end{{at.log(0), {1}}, {at.log(1), {0}}};
    CHECK(feed->next(end, {}).empty());

    at.append(0, 1);
    const int before = store->log_reads;
    for (int reader = 0; reader < 10; ++reader) CHECK(feed->next(end, {}).size() == 1);
    CHECK(store->log_reads == before + 1);

    const std::vector<eventstore::log_cursor> new_end{{at.log(0), {2}}, {at.log(1), {0}}};
    for (int reader = 0; reader < 10; ++reader) CHECK(feed->next(new_end, {}).empty());
    CHECK(store->log_reads == before + 1);
}

TEST_CASE("a category that does not exist yet has no events, and is fed once it does")
{
    eventstore::memory::memory_store store;
    log_feed feed(store);
    const eventstore::log_cursor start{{"later", 0}, {0}};
    CHECK(feed.next({&start, 1}, {}).empty());
    store.ensure_category({"later", 1});
    REQUIRE(store.append({.streams = {{{"later", "k"}, {}, {eventstore::new_event{.type = "thing.happened"}}}}}));
    CHECK(feed.next({&start, 1}, {}).size() == 1);
}

TEST_CASE("events that were read before the store was restored are not delivered afterwards")
{
    eventstore::memory::memory_store before(1), restored(1);
    annals::tests::hooked_store store(before);
    log_feed feed(store);
    const auto append = [](eventstore::store& to, int count) {
        for (int i = 0; i < count; ++i)
            REQUIRE(to.append({.streams = {{{"thing", "k"}, {}, {eventstore::new_event{.type = "thing.happened"}}}}}));
    };
    append(restored, 3);
    append(before, 1);
    const eventstore::log_cursor first{{"thing", 0}, {1}}, last{{"thing", 0}, {3}};
    CHECK(feed.next({&first, 1}, {}).empty());
    append(before, 4);
    CHECK(feed.next({&last, 1}, {}).size() == 2);
    store.restore(restored);
    CHECK(feed.next({&last, 1}, {}).empty());
}
