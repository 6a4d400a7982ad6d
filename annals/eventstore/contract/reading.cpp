// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/contract/store_contract.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/partition.hpp>

using namespace annals::eventstore;
using namespace annals::eventstore::contract;

namespace {

auto versions(const std::vector<recorded_event>& events) -> std::vector<std::int64_t>
{
    std::vector<std::int64_t> all;
    for (const auto& event : events) all.push_back(event.version.number);
    return all;
}

auto positions(const std::vector<recorded_event>& events) -> std::vector<std::int64_t>
{
    std::vector<std::int64_t> all;
    for (const auto& event : events) all.push_back(event.position.number);
    return all;
}

using numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("an event is read as it was written")
{
    const corner in;
    const auto before = now();
    const new_event sent{.id = new_uuid(),
                         .type = "Lab result: \"Ünit\", 100 %",
                         .schema_version = 3,
                         .data = "{ \"b\":1.0,  \"a\":\"\\u00e9 \\\\ ' é\", \"big\":12345678901234567890.10 }",
                         .metadata = R"({"user_id":"ada",  "other": null})",
                         .occurred_at = parse_timestamp("1969-07-20T20:17:40.123456Z")};
    REQUIRE(in.append("S-1 é %_'\\", expected_version::any(), {sent}));

    const auto read = in.store->read(in.stream("S-1 é %_'\\"));
    REQUIRE(read.size() == 1);
    const auto& event = read[0];
    CHECK(event.id == sent.id);
    CHECK(event.stream == in.stream("S-1 é %_'\\"));
    CHECK(event.version.number == 1);
    CHECK(event.position.number == 1);
    CHECK(event.type == sent.type);
    CHECK(event.schema_version == 3);
    CHECK(event.data == sent.data);
    CHECK(event.metadata == sent.metadata);
    CHECK(event.occurred_at == sent.occurred_at);
    CHECK(event.recorded_at > before - std::chrono::minutes{1});
    CHECK(event.recorded_at < now() + std::chrono::minutes{1});

    const auto from_log = in.store->read_log(event.log(), {0});
    REQUIRE(from_log.size() == 1);
    CHECK(from_log[0].id == sent.id);
    CHECK(from_log[0].stream == event.stream);
    CHECK(from_log[0].partition == event.partition);
    CHECK(from_log[0].data == sent.data);
    CHECK(from_log[0].metadata == sent.metadata);
    CHECK(from_log[0].occurred_at == sent.occurred_at);
    CHECK(from_log[0].recorded_at == event.recorded_at);
}

TEST_CASE("a stream is read in ranges of versions")
{
    const corner in;
    REQUIRE(in.append("a", expected_version::any(), events(6)));
    const auto read = [&](stream_range range) { return versions(in.store->read(in.stream("a"), range)); };

    CHECK(read({}) == numbers{1, 2, 3, 4, 5, 6});
    CHECK(read({.after = {4}, .upto = {}, .events_max = 1000}) == numbers{5, 6});
    CHECK(read({.after = {1}, .upto = stream_version{3}, .events_max = 1000}) == numbers{2, 3});
    CHECK(read({.after = {1}, .upto = {}, .events_max = 2}) == numbers{2, 3});
    CHECK(read({.after = {6}, .upto = {}, .events_max = 1000}).empty());
    CHECK(read({.after = {0}, .upto = stream_version{99}, .events_max = 1000}).size() == 6);
    CHECK(in.store->read(in.stream("nobody")).empty());
    CHECK(in.store->read({corner{in.store}.category, "a"}).empty());
}

TEST_CASE("a stream longer than a page is read in several")
{
    const corner in;
    REQUIRE(in.append("a", expected_version::any(), events(1000)));
    REQUIRE(in.append("a", expected_version::any(), events(500)));
    CHECK(in.store->read(in.stream("a")).size() == 1000);
    CHECK(in.store->read(in.stream("a"), {.after = {1000}, .upto = {}, .events_max = 1000}).size() == 500);
}

TEST_CASE("a log holds its streams' events at positions 1, 2, 3 …, and recorded_at never goes back")
{
    const corner in;
    in.store->ensure_category({in.category, 2});
    for (int i = 0; i < 20; ++i)
        REQUIRE(in.append("s" + std::to_string(i % 7), expected_version::any(), events(1 + i % 3)));

    std::size_t total = 0;
    for (int partition = 0; partition < 2; ++partition) {
        const auto log = in.store->read_log({in.category, partition}, {0});
        total += log.size();
        for (std::size_t i = 0; i < log.size(); ++i) {
            CHECK(log[i].position.number == static_cast<std::int64_t>(i + 1));
            CHECK(log[i].partition == partition_of(log[i].stream.key, 2));
            if (i > 0) CHECK(log[i].recorded_at >= log[i - 1].recorded_at);
        }
        CHECK(in.store->heads(in.category)[static_cast<std::size_t>(partition)].number
              == static_cast<std::int64_t>(log.size()));
    }
    CHECK(total == 39);
}

TEST_CASE("several logs are read together, in the order asked, each with its own page")
{
    const corner in;
    const corner other{in.store};
    for (const auto* each : {&in, &other}) {
        each->store->ensure_category({each->category, 1});
        REQUIRE(each->append("a", expected_version::any(), events(5)));
    }
    const std::vector<log_cursor> cursors{{{other.category, 0}, {3}}, {{in.category, 0}, {0}}, {{in.category, 7}, {0}}};

    const auto read = in.store->read_logs(cursors, {.events_max = 3, .bytes_max = 1 << 20});
    REQUIRE(positions(read) == numbers{4, 5, 1, 2, 3});
    CHECK(read[1].stream == other.stream("a"));
    CHECK(read[2].stream == in.stream("a"));
    CHECK(in.store->read_log({in.category, 0}, {5}).empty());
    CHECK(in.store->read_logs({}).empty());
}

TEST_CASE("a page ends where its bytes are used up, but always holds one event, however large")
{
    const corner in;
    in.store->ensure_category({in.category, 1});
    const std::string large = R"({"a":")" + std::string(10'000, 'x') + R"("})";
    REQUIRE(
        in.append("a", expected_version::any(), {event("large", large), event("large", large), event("large", large)}));
    const auto read = [&](std::size_t bytes_max) {
        return positions(in.store->read_log({in.category, 0}, {0}, {.events_max = 1000, .bytes_max = bytes_max}));
    };
    CHECK(read(100) == numbers{1});
    CHECK(read(25'000) == numbers{1, 2});
    CHECK(read(100'000) == numbers{1, 2, 3});
}

TEST_CASE("a log that does not exist is empty, the heads of a category that does not exist are an error")
{
    const corner in;
    CHECK(in.store->read_log({in.category, 0}, {0}).empty());
    CHECK_THROWS_AS(in.store->heads(in.category), invalid_request);
}

TEST_CASE("a category is created once and keeps its number of partitions")
{
    const corner in;
    CHECK_FALSE(in.store->find_category(in.category));
    in.store->ensure_category({in.category, 3});
    in.store->ensure_category({in.category, 3});
    CHECK_THROWS_AS(in.store->ensure_category({in.category, 4}), mismatch);

    CHECK(in.store->find_category(in.category) == category{in.category, 3});
    CHECK(std::ranges::count(in.store->categories(), category{in.category, 3}) == 1);
    CHECK(in.store->heads(in.category) == std::vector<log_position>(3));
    CHECK_THROWS_AS(in.store->ensure_category({in.category, 0}), invalid_request);
    CHECK_THROWS_AS(in.store->ensure_category({in.category, 1025}), invalid_request);
    CHECK_THROWS_AS(in.store->ensure_category({"no-category", 1}), invalid_request);
}

TEST_CASE("a category that does not exist is created by its first append")
{
    const corner in;
    REQUIRE(in.append("a", expected_version::any(), events(1)));
    REQUIRE(in.store->find_category(in.category));
    CHECK(in.store->find_category(in.category)->partitions >= 1);
}
