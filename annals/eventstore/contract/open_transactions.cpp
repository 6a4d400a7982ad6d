// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/contract/at_once.hpp>
#include <annals/eventstore/contract/follower.hpp>
#include <annals/eventstore/contract/store_contract.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

using namespace annals::eventstore;
using namespace annals::eventstore::contract;

namespace {

/// False, with a message, for a store that cannot keep a transaction open.
auto can_hold(const corner& in)
{
    if (!in.hold) MESSAGE("skipped: this store offers no `hold`, so there are no open transactions to meet");
    return static_cast<bool>(in.hold);
}

auto request(std::vector<stream_append> streams) -> append_request
{
    return {.streams = std::move(streams), .resend = false, .idempotency_key = {}};
}

/// Time for others to reach an open transaction. If it is too short, the test proves less but does not fail.
void let_others_run() { std::this_thread::sleep_for(std::chrono::milliseconds{50}); }

/// An append in progress: it may have to wait for an open transaction.
auto start(const corner& in, std::vector<stream_append> streams) -> std::future<append_result>
{
    return std::async(std::launch::async, [&in, what = request(std::move(streams))]() mutable {
        return in.store->append(std::move(what));
    });
}

auto one_log() -> corner
{
    corner in;
    in.store->ensure_category({in.category, 1});
    return in;
}

}  // namespace

TEST_CASE("an append that is not committed cannot be read, and no reader waits for it")
{
    const auto in = one_log();
    if (!can_hold(in)) return;
    REQUIRE(in.append("a", expected_version::any(), events(1)));
    const auto open = in.hold(request({{in.stream("a"), expected_version::exactly({1}), events(2)}}));

    REQUIRE(open->result());
    CHECK(open->result()->streams.at(0).last_version.number == 3);
    CHECK(in.version_of("a") == 1);
    CHECK(in.store->read_log({in.category, 0}, {0}).size() == 1);
    CHECK(in.store->heads(in.category).at(0).number == 1);
    open->commit();
    CHECK(in.version_of("a") == 3);
    CHECK(in.store->heads(in.category).at(0).number == 3);
}

TEST_CASE("no reader gets past an append that is not committed yet")
{
    const auto in = one_log();
    if (!can_hold(in)) return;
    follower reader(in);
    bool commits = true;
    SUBCASE("it is committed") {}
    SUBCASE("it is rolled back") { commits = false; }

    const auto open = in.hold(request({{in.stream("a"), expected_version::any(), events(2)}}));
    auto later = start(in, {{in.stream("b"), expected_version::any(), events(1)}});
    let_others_run();
    if (commits) open->commit();
    else open->roll_back();

    REQUIRE(later.get());
    CHECK(reader.finish() == "");
    CHECK(reader.delivered().size() == (commits ? 3 : 1));
}

TEST_CASE("a transaction that ends without a commit leaves nothing, not even a gap")
{
    const auto in = one_log();
    if (!can_hold(in)) return;
    in.hold(request({{in.stream("a"), expected_version::no_stream(), events(3)}})).reset();

    const auto next = in.append("a", expected_version::no_stream(), events(1));
    REQUIRE(next);
    CHECK(next->streams.at(0).first_position.number == 1);
    CHECK(in.version_of("a") == 1);
}

TEST_CASE("of two that expect the same version, the second learns whether the first was committed")
{
    const auto in = one_log();
    if (!can_hold(in)) return;
    bool commits = true;
    SUBCASE("it was committed") {}
    SUBCASE("it was rolled back") { commits = false; }

    const auto open = in.hold(request({{in.stream("a"), expected_version::no_stream(), events(1)}}));
    auto second = start(in, {{in.stream("a"), expected_version::no_stream(), events(1)}});
    let_others_run();
    if (commits) open->commit();
    else open->roll_back();

    CHECK(is_conflict(second.get()) == commits);
    CHECK(in.version_of("a") == 1);
}

TEST_CASE("a stream that an open transaction only checks is not written before its commit")
{
    corner in;
    in.store->ensure_category({in.category, 8});
    if (!can_hold(in)) return;
    REQUIRE(in.append("a", expected_version::any(), events(1)));
    REQUIRE(in.append("b", expected_version::any(), events(1)));

    const auto open = in.hold(request({{in.stream("a"), expected_version::exactly({1}), {}},
                                       {in.stream("b"), expected_version::exactly({1}), events(1)}}));
    auto crossing = start(in, {{in.stream("b"), expected_version::exactly({1}), {}},
                               {in.stream("a"), expected_version::exactly({1}), events(1)}});
    let_others_run();
    open->commit();

    CHECK(is_conflict(crossing.get()));      // each alone is right; both together are not
    CHECK(in.version_of("a") == 1);
}

TEST_CASE("slow transactions, rolled back ones and quick appends leave nothing out of order")
{
    corner in;
    in.store->ensure_category({in.category, 2});
    if (!can_hold(in)) return;
    follower reader(in);
    std::atomic<int> kept = 0;
    at_once(6, [&](int caller) {
        for (int i = 0; i < 12; ++i) {
            const auto key = "s" + std::to_string((caller * 5 + i) % 7);
            if (caller > 2) {
                kept += in.append(key, expected_version::any(), events(1)) ? 1 : 0;
                continue;
            }
            const auto open = in.hold(request({{in.stream(key), expected_version::any(), events(2)}}));
            std::this_thread::sleep_for(std::chrono::milliseconds{i % 5});
            if (i % 3 == 0) continue;        // its end rolls it back
            open->commit();
            kept += 2;
        }
    });
    CHECK(reader.finish() == "");
    CHECK(static_cast<int>(reader.delivered().size()) == kept);
}
