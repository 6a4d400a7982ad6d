// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <tests/eventstore/postgres/blocked_events.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <thread>
#include <vector>

using namespace annals;
using namespace annals::eventstore;

namespace {

const stream_id hot{"sample", "S-1"};

auto expecting(stream_version seen, new_event event = {.type = "noted"}) -> append_request
{
    return {.streams = {{hot, expected_version::exactly(seen), {std::move(event)}}}};
}

auto actual(const append_result& refused) -> std::int64_t
{
    return std::get<conflict>(refused.error()).failed.front().actual.number;
}

/// A stream at version 3 for which two callers have competed, and the event there.
struct hot_stream {
    hot_stream()
    {
        for (std::int64_t seen = 0; seen < 2; ++seen) REQUIRE(store->append(expecting({seen})));
        REQUIRE_FALSE(store->append(expecting({0})));
        REQUIRE(store->append(expecting({2}, third)));
    }

    auto start(append_request request) -> std::future<append_result>
    {
        auto promise = std::make_shared<std::promise<append_result>>();
        auto answer = promise->get_future();
        store->append(std::move(request),
                      [promise](append_outcome outcome) { promise->set_value(std::move(outcome).get()); });
        return answer;
    }

    new_event third{.type = "noted", .data = R"({"number":3})"};
    tests::temporary_database database;
    std::unique_ptr<eventstore::store> store = postgres::open_store({.dsn = database.dsn(), .default_partitions = 1});
};

}  // namespace

TEST_CASE("with many writers to one stream each version has one, and conflicts name a version that exists")
{
    const tests::temporary_database database;
    const auto store = postgres::open_store({.dsn = database.dsn(), .default_partitions = 1});
    constexpr int callers = 12;
    constexpr int appends = 40;
    std::vector<std::vector<std::int64_t>> versions(callers);
    {
        std::vector<std::jthread> all;
        for (auto& mine : versions)
            all.emplace_back([&] {
                for (stream_version seen; mine.size() < appends;) {
                    const auto result = store->append(expecting(seen));
                    if (result) mine.push_back(result->streams.front().last_version.number);
                    else CHECK(actual(result) > seen.number);
                    const auto told = result ? mine.back() : actual(result);
                    CHECK(store->read(hot, {.after = {told - 1}, .upto = stream_version{told}}).size() == 1);
                    seen = {told};
                }
            });
    }
    std::vector<std::int64_t> all;
    for (const auto& mine : versions) all.insert(all.end(), mine.begin(), mine.end());
    std::ranges::sort(all);
    REQUIRE(all.size() == callers * appends);
    for (std::size_t n = 0; n < all.size(); ++n) CHECK(all[n] == static_cast<std::int64_t>(n) + 1);
}

TEST_CASE("an append overtaken on a hot stream gets a conflict with a version that its caller had not seen")
{
    hot_stream there;
    tests::blocked_events blocked(there.database.dsn());
    auto fourth = there.start(expecting({3}));
    blocked.wait_for_backend();
    auto late = there.start(expecting({2}));
    auto fifth = there.start(expecting({4}));
    auto same = there.start(expecting({4}));
    blocked.release();

    CHECK(fourth.get());
    CHECK(fifth.get());
    CHECK(actual(late.get()) >= 4);
    CHECK(actual(same.get()) == 5);
    CHECK(there.store->read(hot).size() == 5);
}

TEST_CASE("a resent append to a hot stream is found, even when others write to it meanwhile")
{
    hot_stream there;
    auto event = there.third;
    bool is_same = true;
    SUBCASE("as it was") {}
    SUBCASE("with other content")
    {
        event.data = "{}";
        is_same = false;
    }
    SUBCASE("with other metadata")
    {
        event.metadata = R"({"traceparent":"another"})";
        is_same = false;
    }
    tests::blocked_events blocked(there.database.dsn());
    auto fourth = there.start(expecting({3}));
    blocked.wait_for_backend();
    auto again = there.start(expecting({2}, event));
    auto fifth = there.start(expecting({4}));
    blocked.release();

    CHECK(fourth.get());
    CHECK(fifth.get());
    const auto found = again.get();
    REQUIRE(found.has_value() == is_same);
    if (is_same) CHECK(found->duplicate);
    else CHECK(std::get<event_id_reused>(found.error()).id == there.third.id);
    CHECK(there.store->read(hot).size() == 5);
}

TEST_CASE("a conflict on a hot stream includes another process's write and this one's write after it")
{
    hot_stream there;
    const auto other = postgres::open_store({.dsn = there.database.dsn(), .default_partitions = 1});
    REQUIRE(other->append(expecting({3})));
    CHECK(actual(there.store->append(expecting({2}))) == 4);
    CHECK(actual(there.store->append(expecting({3}))) == 4);
    REQUIRE(there.store->append(expecting({4})));
    CHECK(actual(there.store->append(expecting({3}))) == 5);
}

TEST_CASE("a session's knowledge of hot streams is dropped with it: the store may have been restored")
{
    hot_stream there;
    const new_event restored{.type = "noted"};
    pqxx::connection link(there.database.dsn());
    pqxx::work restoring(link);
    restoring.exec("alter table annals.events disable trigger all");
    restoring.exec("update annals.events set id = $1, data = '{}' where version = 3",
                   pqxx::params{to_string(restored.id)});
    restoring.commit();
    tests::blocked_events blocked(there.database.dsn());
    auto fourth = there.start(expecting({3}));
    const auto first_session = blocked.wait_for_backend();
    blocked.end(first_session);
    blocked.wait_for_backend(first_session);
    auto again = there.start(expecting({2}, restored));
    auto fifth = there.start(expecting({4}));
    blocked.release();

    CHECK(fourth.get());
    CHECK(fifth.get());
    const auto found = again.get();
    REQUIRE(found);
    CHECK(found->duplicate);
}
