// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/contract/at_once.hpp>
#include <annals/eventstore/contract/store_contract.hpp>

#include <atomic>
#include <map>
#include <thread>

using namespace annals::eventstore;
using namespace annals::eventstore::contract;

namespace {

auto watermark_of(const corner& in, const log_cursor& of) -> std::optional<timestamp>
{
    return in.store->watermarks({&of, 1}).at(0);
}

auto corner_of(int partitions) -> corner
{
    corner in;
    in.store->ensure_category({in.category, partitions});
    return in;
}

}  // namespace

TEST_CASE("a log's watermark is the time of its next event, or the present")
{
    const auto in = corner_of(1);
    const log_id log{in.category, 0};
    const auto when_empty = watermark_of(in, {log, {}});
    REQUIRE(in.append("a", expected_version::any(), events(2)));
    REQUIRE(in.append("b", expected_version::any(), events(1)));
    const auto recorded = in.store->read_log(log, {});

    REQUIRE(when_empty);
    CHECK(*when_empty <= recorded.at(0).recorded_at);
    CHECK(watermark_of(in, {log, {}}) == recorded.at(0).recorded_at);
    CHECK(watermark_of(in, {log, {2}}) == recorded.at(2).recorded_at);
    const auto at_end = watermark_of(in, {log, {3}});
    REQUIRE(at_end);
    CHECK(*at_end >= recorded.at(2).recorded_at);
    REQUIRE(in.append("a", expected_version::any(), events(1)));
    CHECK(in.store->read_log(log, {3}).at(0).recorded_at >= *at_end);
}

TEST_CASE("watermarks are in the order asked, and a log that does not exist has none")
{
    const auto in = corner_of(2);
    REQUIRE(in.append("a", expected_version::any(), events(1)));
    const int busy = in.store->read(in.stream("a")).at(0).partition;
    const std::vector<log_cursor> asked{{{in.category, 2}, {}},
                                        {{in.category, busy}, {}},
                                        {{"no_such_category_" + in.category, 0}, {}},
                                        {{in.category, 1 - busy}, {}}};
    const auto found = in.store->watermarks(asked);
    REQUIRE(found.size() == 4);
    CHECK(!found[0]);
    CHECK(found[1] == in.store->read(in.stream("a")).at(0).recorded_at);
    CHECK(!found[2]);
    CHECK(found[3]);
}

TEST_CASE("a log has no watermark beyond an append that is under way")
{
    const auto in = corner_of(2);
    if (!in.hold) {
        MESSAGE("skipped: this store offers no `hold`, so no append can be kept under way");
        return;
    }
    REQUIRE(in.append("a", expected_version::any(), events(1)));
    const auto first = in.store->read(in.stream("a")).at(0);
    const log_id log{in.category, first.partition}, other{in.category, 1 - first.partition};
    const auto open = in.hold({.streams = {{in.stream("a"), expected_version::any(), events(1)}}});

    CHECK(!watermark_of(in, {log, {1}}));
    CHECK(watermark_of(in, {log, {}}) == first.recorded_at);
    const auto beside = watermark_of(in, {other, {}});
    REQUIRE(beside);
    SUBCASE("it is committed")
    {
        open->commit();
        CHECK(watermark_of(in, {log, {1}}) == in.store->read_log(log, {1}).at(0).recorded_at);
        CHECK(*watermark_of(in, {log, {1}}) <= *beside);
    }
    SUBCASE("it is rolled back")
    {
        open->roll_back();
        const auto after = watermark_of(in, {log, {1}});
        REQUIRE(after);
        CHECK(*after >= *beside);
    }
}

TEST_CASE("no event appears before a watermark while many append")
{
    const auto in = corner_of(4);
    std::atomic<bool> has_ended = false;
    std::atomic<int> refused = 0;
    int checked = 0, early = 0;
    std::thread reader([&] {
        std::map<int, log_cursor> at;
        for (int partition = 0; partition < 4; ++partition) at[partition] = {{in.category, partition}, {}};
        for (bool is_last = false; !is_last;) {
            is_last = has_ended;
            std::vector<log_cursor> cursors;
            for (const auto& [partition, cursor] : at) cursors.push_back(cursor);
            const auto watermarks = in.store->watermarks(cursors);
            std::this_thread::sleep_for(std::chrono::microseconds{300});
            for (const auto& event : in.store->read_logs(cursors)) {
                const auto& watermark = watermarks.at(static_cast<std::size_t>(event.partition));
                if (watermark) ++checked, early += event.recorded_at < *watermark ? 1 : 0;
                at[event.partition].position = event.position;
            }
        }
    });
    at_once(6, [&](int caller) {
        for (int i = 0; i < 60; ++i) {
            const auto key = "s" + std::to_string((caller * 7 + i) % 23);
            if (caller < 2 && in.hold) {
                const auto open = in.hold({.streams = {{in.stream(key), expected_version::any(), events(1)}}});
                std::this_thread::sleep_for(std::chrono::microseconds{i * 40});
                if (i % 4 != 0) open->commit();
            } else {
                refused += in.append(key, expected_version::any(), events(1 + i % 3)) ? 0 : 1;
            }
        }
    });
    has_ended = true;
    reader.join();
    CHECK(refused == 0);
    CHECK(early == 0);
    CHECK(checked > 0);
}
