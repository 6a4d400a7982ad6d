// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/contract/at_once.hpp>
#include <annals/eventstore/contract/follower.hpp>
#include <annals/eventstore/contract/store_contract.hpp>

#include <atomic>
#include <mutex>

using namespace annals::eventstore;
using namespace annals::eventstore::contract;

namespace {

/// One append as its caller saw it; the times are ticks of a clock that all callers share.
struct seen_append {
    std::int64_t called = 0;
    std::int64_t returned = 0;
    log_position position;
};

/// Appends that returned before another was called, but have a later position.
auto count_out_of_order(std::vector<seen_append> all) -> int
{
    std::ranges::sort(all, {}, &seen_append::returned);
    std::vector<std::int64_t> furthest;      // the greatest position of the first 1, 2, 3 … that returned
    for (const auto& one : all)
        furthest.push_back(std::max(furthest.empty() ? 0 : furthest.back(), one.position.number));
    int wrong = 0;
    for (const auto& one : all) {
        const auto earlier = std::ranges::lower_bound(all, one.called, {}, &seen_append::returned) - all.begin();
        if (earlier > 0 && furthest[static_cast<std::size_t>(earlier - 1)] > one.position.number) ++wrong;
    }
    return wrong;
}

}  // namespace

TEST_CASE("a reader that follows a category during writes misses nothing and sees nothing twice")
{
    const corner in;
    in.store->ensure_category({in.category, 3});
    follower reader(in);
    at_once(6, [&](int caller) {
        for (int i = 0; i < 25; ++i)
            (void)in.append("s" + std::to_string((caller * 7 + i) % 11), expected_version::any(), events(1 + i % 3));
    });
    CHECK(reader.finish() == "");
    CHECK(reader.delivered().size() == 6 * 49);
}

TEST_CASE("a reader that follows sees an append to several streams in each of their logs")
{
    const corner in;
    in.store->ensure_category({in.category, 4});
    REQUIRE(in.append("c", expected_version::any(), events(1)));
    follower later(in);
    at_once(4, [&](int caller) {
        for (int i = 0; i < 15; ++i)
            (void)in.append({{in.stream("a" + std::to_string(i % 3)), expected_version::any(), events(2)},
                             {in.stream("b" + std::to_string(caller)), expected_version::any(), events(1)},
                             {in.stream("c"), expected_version::exists(), {}}});
    });
    CHECK(later.finish() == "");
    CHECK(later.delivered().size() == 4 * 15 * 3 + 1);
}

TEST_CASE("a category with one partition is one strict order across its streams")
{
    const corner in;
    in.store->ensure_category({in.category, 1});
    follower reader(in);
    std::atomic<std::int64_t> clock = 0;
    std::mutex mutex;
    std::vector<seen_append> all;
    at_once(6, [&](int caller) {
        for (int i = 0; i < 30; ++i) {
            seen_append one{.called = ++clock};
            const auto key = "s" + std::to_string((caller + i) % 9);
            one.position = in.append(key, expected_version::any(), events(1)).value().streams.at(0).first_position;
            one.returned = ++clock;
            const std::scoped_lock lock(mutex);
            all.push_back(one);
        }
    });
    CHECK(reader.finish() == "");
    CHECK(reader.delivered().size() == 180);
    CHECK(count_out_of_order(all) == 0);
}
