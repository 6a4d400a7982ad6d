// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/contract/at_once.hpp>
#include <annals/eventstore/contract/store_contract.hpp>

#include <atomic>

using namespace annals::eventstore;
using namespace annals::eventstore::contract;

namespace {

/// Checks that every log of the category has the positions 1 … n without a gap; returns how many there are.
auto count_dense(const corner& in) -> std::int64_t
{
    std::int64_t total = 0;
    int partition = 0;
    for (const auto head : in.store->heads(in.category)) {
        std::int64_t next = 1;
        while (true) {
            const auto page = in.store->read_log({in.category, partition}, {next - 1});
            if (page.empty()) break;
            for (const auto& event : page) REQUIRE(event.position.number == next++);
        }
        CHECK(head.number == next - 1);
        total += next - 1;
        ++partition;
    }
    return total;
}

}  // namespace

TEST_CASE("many concurrent callers leave positions and versions without gaps")
{
    const corner in;
    in.store->ensure_category({in.category, 3});
    std::atomic<int> stored = 0;
    at_once(8, [&](int caller) {
        for (int i = 0; i < 30; ++i)
            if (in.append("s" + std::to_string((caller + i) % 5), expected_version::any(), events(2))) stored += 2;
    });

    CHECK(stored == 480);
    CHECK(count_dense(in) == stored);
    for (int s = 0; s < 5; ++s) {
        const auto stream = in.store->read(in.stream("s" + std::to_string(s)));
        for (std::size_t i = 0; i < stream.size(); ++i)
            REQUIRE(stream[i].version.number == static_cast<std::int64_t>(i + 1));
    }
}

TEST_CASE("of several callers that expect the same version one succeeds, and the others get a conflict")
{
    const corner in;
    std::atomic<int> done = 0;
    std::atomic<int> conflicts = 0;
    at_once(8, [&](int) {
        const auto result = in.append("a", expected_version::no_stream(), events(1));
        ++(result ? done : conflicts);
    });
    CHECK(done == 1);
    CHECK(conflicts == 7);
    CHECK(in.version_of("a") == 1);
}

TEST_CASE("callers that try again on a conflict all succeed in the end")
{
    const corner in;
    at_once(6, [&](int) {
        for (int i = 0; i < 10; ++i)
            while (!in.append("hot", expected_version::exactly({in.version_of("hot")}), events(1))) {}
    });
    CHECK(in.version_of("hot") == 60);
}

TEST_CASE("of two appends that each expect the other not to have happened, one happens")
{
    const corner in;
    in.store->ensure_category({in.category, 8});
    for (int round = 0; round < 40; ++round) {
        const auto one = in.stream("one" + std::to_string(round));
        const auto other = in.stream("other" + std::to_string(round));
        std::atomic<int> done = 0;
        at_once(2, [&](int caller) {
            done += in.append({{caller == 0 ? one : other, expected_version::no_stream(), {}},
                               {caller == 0 ? other : one, expected_version::no_stream(), events(1)}})
                        ? 1
                        : 0;
        });
        REQUIRE(done == 1);
    }
}

TEST_CASE("appends over the same streams in different orders do not block one another")
{
    const corner in;
    at_once(4, [&](int caller) {
        for (int i = 0; i < 25; ++i) {
            std::vector<stream_append> streams{{in.stream("a"), expected_version::any(), events(1)},
                                               {in.stream("b"), expected_version::any(), events(1)},
                                               {in.stream("c"), expected_version::any(), events(1)}};
            std::ranges::rotate(streams, streams.begin() + caller % 3);
            if (!in.append(std::move(streams))) return;
        }
    });
    CHECK(count_dense(in) == 300);
}

TEST_CASE("many appends can be in progress at the same time, and each is answered once")
{
    const corner in;
    constexpr int count = 200;
    std::latch answered{count};
    std::atomic<int> stored = 0;
    std::atomic<int> conflicts = 0;
    for (int i = 0; i < count; ++i)
        in.store->append(
            {.streams = {{in.stream("s" + std::to_string(i % 100)), expected_version::no_stream(), events(1)}},
             .resend = false,
             .idempotency_key = {}},
            [&](append_outcome outcome) {
                ++(std::move(outcome).get() ? stored : conflicts);
                answered.count_down();
            });
    answered.wait();
    CHECK(stored == 100);
    CHECK(conflicts == 100);
    CHECK(count_dense(in) == 100);
}

TEST_CASE("an append that was answered can be read")
{
    const corner in;
    std::atomic<int> unreadable = 0;
    at_once(4, [&](int caller) {
        const auto key = "s" + std::to_string(caller);
        for (int i = 1; i <= 20; ++i) {
            const auto done = in.append(key, expected_version::any(), events(1));
            if (!done || in.version_of(key) != i) ++unreadable;
        }
    });
    CHECK(unreadable == 0);
}

TEST_CASE("waiting readers are told after an append")
{
    const corner in;
    const auto seen = in.store->changes().count();
    REQUIRE(in.append("a", expected_version::any(), events(1)));
    CHECK(in.store->changes().wait(seen, std::chrono::seconds{5}));
}
