// SPDX-License-Identifier: Apache-2.0
#include <tests/cli/import/importing.hpp>
#include <tests/support/hooked_store.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <atomic>
#include <future>
#include <map>

using namespace annals::cli::imports;
using namespace annals::eventstore;
using annals::tests::hooked_store;

namespace {

/// The types in a stream, joined.
auto types_of(store& from, const std::string& key) -> std::string
{
    std::string types;
    for (const auto& event : events_of(from, key)) types += (types.empty() ? "" : " ") + event.type;
    return types;
}

}  // namespace

TEST_CASE("a second run adds nothing and says so")
{
    memory_store store;
    const auto text = table(20'000, 300);
    const auto first = import_text(store, text, simple());
    CHECK(first.stored == 20'000);
    CHECK(first.already_there == 0);
    CHECK(first.streams == 300);
    CHECK(holds_table(store, 20'000, 300));
    const auto second = import_text(store, text, simple());
    CHECK(second.stored == 0);
    CHECK(second.already_there == 20'000);
    CHECK(holds_table(store, 20'000, 300));
}

TEST_CASE("an import that was interrupted anywhere is completed exactly by the next run")
{
    for (int appends = 0; appends < 24; appends += 3) {
        memory_store store;
        hooked_store failing(store);
        std::atomic<int> left = appends;
        failing.before_append = [&](const auto&) {
            if (left-- <= 0) throw unavailable("the server went away");
        };
        CHECK_THROWS_AS(import_text(failing, table(20'000, 300), simple()), unavailable);
        const auto there = appends == 0 ? 0 : total(store);
        const auto result = import_text(store, table(20'000, 300), simple());
        CHECK(result.already_there == static_cast<std::uint64_t>(there));
        CHECK(result.stored == static_cast<std::uint64_t>(20'000 - there));
        CHECK(holds_table(store, 20'000, 300));
    }
}

TEST_CASE("of a file that has grown only the new rows are added, wherever it ended before")
{
    const bool holds = rc::check([] {
        const auto streams = *rc::gen::inRange(1, 50);
        const auto before = *rc::gen::inRange(1, 4'000);
        const auto after = before + *rc::gen::inRange(0, 4'000);
        memory_store store;
        import_text(store, table(before, streams), simple());
        const auto result = import_text(store, table(after, streams), simple());
        RC_ASSERT(result.stored == static_cast<std::uint64_t>(after - before));
        RC_ASSERT(result.already_there == static_cast<std::uint64_t>(before));
        RC_ASSERT(holds_table(store, after, streams));
    });
    CHECK(holds);
}

TEST_CASE("the next export of a source is stored, whether it repeats rows or only has new ones")
{
    memory_store store;
    const std::string first = "key,type,at\n7,opened,2024-12-01 11:02\n7,checked,2024-12-02 11:02\n";
    CHECK(import_text(store, first, timed()).stored == 2);
    const auto next =
        import_text(store, "key,type,at\n7,opened,2025-01-05 09:00\n7,checked,2025-01-06 09:00\n", timed());
    CHECK(next.stored == 2);
    CHECK(next.already_there == 0);
    const auto overlapping =
        import_text(store, "key,type,at\n7,checked,2025-01-06 09:00\n7,closed,2025-01-07 09:00\n", timed());
    CHECK(overlapping.stored == 1);
    CHECK(overlapping.already_there == 1);
    CHECK(import_text(store, first, timed()).already_there == 2);
    CHECK(types_of(store, "7") == "opened checked opened checked closed");
}

TEST_CASE("rows with another payload are other rows, and are reported when type and time were there")
{
    memory_store store;
    CHECK(import_text(store, "key,type,at,what\n7,t,2024-12-01,a\n8,t,2024-12-01,b\n", timed()).changed == 0);
    const auto next =
        import_text(store, "key,type,at,what\n7,t,2024-12-02,c\n8,t,2024-12-01,d\n9,t,2024-12-01,d\n", timed());
    CHECK(next.stored == 3);
    CHECK(next.changed == 1);
}

TEST_CASE("equal rows in one file are as many events, and the same file adds none of them again")
{
    memory_store store;
    const std::string two = "key,type,at\nA,t,2024-01-01\nA,u,2024-01-01\nA,t,2024-01-01\n";
    CHECK(import_text(store, two, timed()).stored == 3);
    CHECK(import_text(store, two, timed()).already_there == 3);
    CHECK(import_text(store, "key,type,at\nA,t,2024-01-01\n", timed()).already_there == 1);
    const auto third = import_text(store, two + "A,t,2024-01-01\n", timed());
    CHECK(third.stored == 1);
    CHECK(third.already_there == 3);
    CHECK(types_of(store, "A") == "t u t t");
}

TEST_CASE("rows and columns in another order are the same rows")
{
    memory_store store;
    import_text(store, "key,type,at,a,b\nA,t,2024-01-01,1,x\nA,t,2024-01-02,2,y\n", timed());
    const auto again =
        import_text(store, "b,at,a,type,key\ny,2024-01-02,2,t,A\nx,2024-01-01T00:00:00Z,1,t,A\n", timed());
    CHECK(again.already_there == 2);
    CHECK(again.stored == 0);
}

TEST_CASE("rows that are older than the stored ones are stored after them, and counted")
{
    memory_store store;
    import_text(store, "key,type,at\nA,t,2024-01-05\n", timed());
    const auto late = import_text(store, "key,type,at\nA,u,2024-01-01\nA,t,2024-01-05\nA,v,2024-01-06\n", timed());
    CHECK(late.stored == 2);
    CHECK(late.out_of_time_order == 1);
    CHECK(types_of(store, "A") == "t u v");
}

TEST_CASE("exports that overlap, shuffle and repeat: each row is stored as often as one export had it")
{
    const bool holds = rc::check([] {
        memory_store store;
        std::map<std::string, std::size_t> expected;
        const auto exports = *rc::gen::inRange(1, 5);
        std::size_t stored = 0;
        for (int i = 0; i < exports; ++i) {
            const auto rows = *rc::gen::container<std::vector<std::pair<int, int>>>(
                rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange(1, 9)));
            std::string text = "key,type,at\n";
            std::map<std::string, std::size_t> counts;
            for (const auto& [key, day] : rows) {
                const auto line = "s" + std::to_string(key) + ",t,2024-01-0" + std::to_string(day) + "\n";
                text += line;
                ++counts[line];
            }
            for (const auto& [line, count] : counts) expected[line] = std::max(expected[line], count);
            const auto result = import_text(store, text, timed());
            RC_ASSERT(result.stored + result.already_there == rows.size());
            stored += result.stored;
        }
        std::map<std::string, std::size_t> found;
        for (int key = 0; key < 4; ++key)
            for (const auto& event : events_of(store, "s" + std::to_string(key)))
                ++found["s" + std::to_string(key) + ",t," + to_string(*event.occurred_at).substr(0, 10) + "\n"];
        RC_ASSERT(found == expected);
        std::size_t all = 0;
        for (const auto& [line, count] : found) all += count;
        RC_ASSERT(all == stored);
    });
    CHECK(holds);
}

TEST_CASE("events of other programs in the streams neither count as rows nor disturb")
{
    memory_store store;
    REQUIRE(
        store.append({.streams = {{{"visit", "s0"}, expected_version::any(), {{.type = "t", .data = R"({"n":0})"}}}}}));
    CHECK(import_text(store, table(10, 2), simple()).stored == 10);
    REQUIRE(store.append({.streams = {{{"visit", "s0"}, expected_version::any(), {{.type = "closed"}}}}}));
    const auto grown = import_text(store, table(20, 2), simple());
    CHECK(grown.already_there == 10);
    CHECK(grown.stored == 10);
    CHECK(types_of(store, "s0") == "t t t t t t closed t t t t t");
}

TEST_CASE("a concurrent writer to a stream causes no missing and no repeated row")
{
    for (const int times : {1, 2, 5, 30}) {
        memory_store store;
        hooked_store busy(store);
        std::atomic<int> left = times;
        busy.before_append = [&](const auto&) {          // another writer, just before the importer's appends
            if (left-- <= 0) return;
            store.append({.streams = {{{"visit", "s0"}, expected_version::any(), {{.type = "stranger"}}}}},
                         [](auto) {});
        };
        CHECK(import_text(busy, table(3'000, 10), simple()).stored == 3'000);
        CHECK(import_text(store, table(3'000, 10), simple()).already_there == 3'000);
    }
}

TEST_CASE("two imports of the same file at the same time store each row once")
{
    for (int round = 0; round < 5; ++round) {
        memory_store store;
        auto other =
            std::async(std::launch::async, [&] { return import_text(store, table(6'000, 40), simple()).stored; });
        const auto stored = import_text(store, table(6'000, 40), simple()).stored;
        CHECK(stored + other.get() == 6'000);
        CHECK(total(store) == 6'000);
        CHECK(import_text(store, table(6'000, 40), simple()).already_there == 6'000);
    }
}

TEST_CASE("events imported when ids were made of versions are the same rows")
{
    memory_store store;
    for (int version = 1; version <= 2; ++version)
        REQUIRE(store.append({.streams = {{{"visit", "s0"},
                                           expected_version::any(),
                                           {{.id = uuid_of_name("import visit-s0@" + std::to_string(version)),
                                             .type = "t",
                                             .data = "{\"n\":" + std::to_string(version - 1) + "}",
                                             .metadata = R"({"source_service":"annals import"})"}}}}}));
    const auto grown = import_text(store, table(3, 1), simple());
    CHECK(grown.already_there == 2);
    CHECK(grown.stored == 1);
}

TEST_CASE("neither a first import nor the same file again reads a stream")
{
    memory_store store;
    hooked_store counted(store);
    for (const std::uint64_t there : {0, 40'000}) {
        CHECK(import_text(counted, table(40'000, 20), simple()).already_there == there);
        CHECK(counted.reads == 0);
    }
}

TEST_CASE("a stream that has other events than the file is read once, however many rows it has")
{
    memory_store store;
    hooked_store counted(store);
    for (int i = 0; i < 20; ++i)
        REQUIRE(store.append(
            {.streams = {
                 {{"visit", "s" + std::to_string(i)}, expected_version::any(), {{.type = "of.another.program"}}}}}));
    import_text(counted, table(40'000, 20), simple());
    CHECK(counted.reads > 0);
    CHECK(counted.reads <= 20);
    counted.reads = 0;
    CHECK(import_text(counted, table(40'000, 20), simple()).already_there == 40'000);
    CHECK(counted.reads <= 20 * 4);                                // 2,000 events a stream, in pages of 1,000
}

TEST_CASE("with ids in the source, each id is one row")
{
    memory_store store;
    CHECK(import_text(store, "key,type,at,n\nA,t,2024-01-01,1\nA,t,2024-01-01,2\nA,t,2024-01-01,1\nB,t,2024-01-01,1\n",
                      timed("n"))
              .stored
          == 3);
    const auto next = import_text(store, "key,type,at,n\nA,t,2024-01-01,2\nA,t,2024-01-01,3\n", timed("n"));
    CHECK(next.stored == 1);
    CHECK(next.already_there == 1);
    CHECK(next.changed == 0);
    CHECK(payloads_of(store, "A") == std::vector<std::string>{R"({"n":1})", R"({"n":2})", R"({"n":3})"});
    CHECK(import_text(store, "key,type,at,n\nA,t,2024-01-01,\n", timed("n")).stopped_at->why
          == "column \"n\" is empty");
}

TEST_CASE("an id with another type, time or payload is refused with its line, or left out when asked")
{
    for (const std::string changed : {"A,u,2024-01-01,1,x", "A,t,2024-01-02,1,x", "A,t,2024-01-01,1,y"}) {
        memory_store store;
        const std::string first = "key,type,at,n,what\nA,t,2024-01-01,1,x\n";
        REQUIRE(import_text(store, first, timed("n")).stored == 1);
        const auto next = "key,type,at,n,what\nA,t,2024-01-03,2,x\n" + changed + "\nA,t,2024-01-03,3,x\n";
        const auto stopped = import_text(store, next, timed("n"));
        REQUIRE(stopped.stopped_at);
        CHECK(stopped.stopped_at->line == 3);
        CHECK(stopped.stopped_at->why
              == "the id \"1\" of visit-A is already that of a row with another type, time or payload");
        auto settings = timed("n");
        settings.skip_bad = true;
        const auto skipping = import_text(store, next, settings);
        CHECK(skipping.skipped == 1);
        CHECK(skipping.stored + skipping.already_there == 2);
        CHECK(events_of(store, "A").size() == 3);
        const auto within = import_text(store, "key,type,at,n\nC,t,2024-01-01,1\nC,t,2024-01-02,1\n", timed("n"));
        REQUIRE(within.stopped_at);
        CHECK(within.stopped_at->line == 3);
    }
}

TEST_CASE("rows that were imported without their ids are found by their content, and the other way round")
{
    memory_store store;
    const std::string text = "key,type,at,n\nA,t,2024-01-01,1\nA,t,2024-01-01,2\n";
    import_text(store, text, timed());
    CHECK(import_text(store, text + "A,t,2024-01-01,3\n", timed("n")).already_there == 2);
    CHECK(import_text(store, text + "A,t,2024-01-01,3\n", timed()).already_there == 3);
    CHECK(events_of(store, "A").size() == 3);
}
