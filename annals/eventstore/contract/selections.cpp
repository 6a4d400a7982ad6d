// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/contract/store_contract.hpp>
#include <annals/eventstore/reading.hpp>

#include <random>
#include <ranges>
#include <tuple>

using namespace annals::eventstore;
using namespace annals::eventstore::contract;

namespace {

using numbers = std::vector<std::int64_t>;

constexpr auto backwards = direction::backwards;

auto version_numbers(auto&& events) -> numbers
{
    numbers all;
    for (const recorded_event& event : events) all.push_back(event.version.number);
    return all;
}

auto position_numbers(auto&& events) -> numbers
{
    numbers all;
    for (const recorded_event& event : events) all.push_back(event.position.number);
    return all;
}

auto all_of(event_range events) -> std::vector<recorded_event>
{
    std::vector<recorded_event> all;
    std::ranges::move(events, std::back_inserter(all));
    return all;
}

/// Letters that a store cannot compress.
auto incompressible(std::size_t bytes) -> std::string
{
    std::minstd_rand dice;
    std::string letters(bytes, ' ');
    for (char& letter : letters) letter = static_cast<char>('a' + dice() % 26);
    return letters;
}

/// What is compared: the place, and the time, which decides the order between logs.
using place = std::tuple<timestamp, int, log_position>;

auto places(const std::vector<recorded_event>& events) -> std::vector<place>
{
    std::vector<place> all;
    for (const auto& event : events) all.emplace_back(event.recorded_at, event.partition, event.position);
    return all;
}

/// A category of three logs with eleven streams, appended to in turn, so that the logs' events interleave.
struct busy_corner : corner {
    busy_corner()
    {
        store->ensure_category({category, 3});
        for (int i = 0; i < 60; ++i)
            REQUIRE(append("s" + std::to_string(i % 11), expected_version::any(),
                           {event(i % 20 == 7 ? "thing.lost" : "thing.happened"), event("other.seen")}));
        for (int partition = 0; partition < 3; ++partition)
            std::ranges::copy(store->read_log({category, partition}, {}), std::back_inserter(stored));
    }

    /// The stored events that meet the condition, in the order promised.
    auto where(auto condition) const -> std::vector<place>
    {
        auto found = stored | std::views::filter(condition);
        auto all = places({found.begin(), found.end()});
        std::ranges::sort(all);
        return all;
    }

    std::vector<recorded_event> stored;
};

auto reversed(std::vector<place> all) -> std::vector<place>
{
    std::ranges::reverse(all);
    return all;
}

}  // namespace

TEST_CASE("a page of a stream can be read backwards, from the upper bound down")
{
    const corner in;
    REQUIRE(in.append("a", expected_version::any(), events(6)));
    const auto read = [&](stream_range range) {
        range.order = backwards;
        return version_numbers(in.store->read(in.stream("a"), range));
    };

    CHECK(read({}) == numbers{6, 5, 4, 3, 2, 1});
    CHECK(read({.after = {4}}) == numbers{6, 5});
    CHECK(read({.after = {1}, .upto = stream_version{3}}) == numbers{3, 2});
    CHECK(read({.after = {}, .upto = stream_version{5}, .events_max = 2}) == numbers{5, 4});
    CHECK(read({.after = {}, .upto = stream_version{99}, .events_max = 1}) == numbers{6});
    CHECK(read({.after = {6}}).empty());
    CHECK(read({.after = {}, .upto = stream_version{0}}).empty());
    CHECK(in.store->read(in.stream("nobody"), {.order = backwards}).empty());
}

TEST_CASE("a page of a stream ends where its bytes are used up, but always holds one event")
{
    const corner in;
    const std::string large = R"({"a":")" + std::string(10'000, 'x') + R"("})";
    REQUIRE(
        in.append("a", expected_version::any(), {event("large", large), event("large", large), event("large", large)}));
    const auto read = [&](std::size_t bytes_max, direction order) {
        return version_numbers(in.store->read(in.stream("a"), {.bytes_max = bytes_max, .order = order}));
    };
    CHECK(read(0, direction::forwards) == numbers{1});
    CHECK(read(25'000, direction::forwards) == numbers{1, 2});
    CHECK(read(100'000, direction::forwards) == numbers{1, 2, 3});
    CHECK(read(0, backwards) == numbers{3});
    CHECK(read(25'000, backwards) == numbers{3, 2});
}

TEST_CASE("an event that is larger than its share of a page is read like any other, in a stream and in a log")
{
    const corner in;
    in.store->ensure_category({in.category, 1});
    const auto large = R"({"a":")" + incompressible(20'000) + R"("})";
    REQUIRE(in.append("a", expected_version::any(), {event("small"), event("large", large), event("small")}));
    const auto check = [&](const page_size& page, const auto& read, const auto& turned) {
        const auto count = std::min<std::size_t>(3, page.events_max);
        REQUIRE(read.size() == count);
        REQUIRE(turned.size() == count);
        CHECK(read[1].data == large);
        CHECK(turned[1].data == large);
        CHECK(read[0].data == turned[0].data);
    };
    for (const auto& page : {page_size{}, page_size{3, 30'000}, page_size{2, 20'200}}) {
        const auto of_stream = [&](direction order) {
            return in.store->read(in.stream("a"),
                                  {.events_max = page.events_max, .bytes_max = page.bytes_max, .order = order});
        };
        const auto of_log = [&](log_position from, direction order) {
            return in.store->read_logs({{log_cursor{{in.category, 0}, from}}}, page, order);
        };
        check(page, of_stream(direction::forwards), of_stream(backwards));
        check(page, of_log({0}, direction::forwards), of_log({3}, backwards));
    }
}

TEST_CASE("a page of several logs can be read backwards, down from each cursor")
{
    const corner in;
    const corner other{in.store};
    for (const auto* each : {&in, &other}) {
        each->store->ensure_category({each->category, 1});
        REQUIRE(each->append("a", expected_version::any(), events(5)));
    }
    const std::vector<log_cursor> cursors{
        {{other.category, 0}, {2}}, {{in.category, 0}, {99}}, {{in.category, 7}, {9}}};

    const auto read = in.store->read_logs(cursors, {.events_max = 3}, backwards);
    CHECK(position_numbers(read) == numbers{2, 1, 5, 4, 3});
    CHECK(read[0].stream == other.stream("a"));
    CHECK(read[2].stream == in.stream("a"));
    CHECK(in.store->read_logs({{log_cursor{{in.category, 0}, {0}}}}, {}, backwards).empty());
    CHECK(in.store->read_logs({{log_cursor{{in.category, 0}, {5}}}}, {.bytes_max = 0}, backwards).size() == 1);
}

TEST_CASE("a stream is one range, however many pages it takes, in both directions")
{
    const corner in;
    REQUIRE(in.append("a", expected_version::any(), events(23)));
    const auto read = [&](selection<stream_version> wanted) {
        wanted.page.events_max = 5;
        return version_numbers(events_of(*in.store, in.stream("a"), wanted));
    };

    CHECK(read({.after = {17}}) == numbers{18, 19, 20, 21, 22, 23});
    CHECK(read({.after = {10}, .upto = stream_version{16}}) == numbers{11, 12, 13, 14, 15, 16});
    CHECK(read({.after = {10}, .upto = stream_version{16}, .order = backwards}) == numbers{16, 15, 14, 13, 12, 11});
    CHECK(read({.order = backwards}).size() == 23);
    CHECK(read({}).size() == 23);
    CHECK(version_numbers(events_of(*in.store, in.stream("a"), {.page = {.bytes_max = 0}})).size() == 23);
    CHECK(version_numbers(events_of(*in.store, in.stream("nobody"))).empty());
    CHECK(version_numbers(events_of(*in.store, in.stream("nobody"), {.from_time = now()})).empty());
}

TEST_CASE("a log is one range, however many pages it takes, in both directions")
{
    const busy_corner in;
    const auto head = in.store->heads(in.category)[1].number;
    REQUIRE(head > 10);
    const auto read = [&](selection<log_position> wanted) {
        wanted.page.events_max = 4;
        return position_numbers(events_of(*in.store, log_id{in.category, 1}, wanted));
    };

    CHECK(read({}).size() == static_cast<std::size_t>(head));
    CHECK(read({.after = {2}, .upto = log_position{8}}) == numbers{3, 4, 5, 6, 7, 8});
    CHECK(read({.after = {2}, .upto = log_position{8}, .order = backwards}) == numbers{8, 7, 6, 5, 4, 3});
    CHECK(read({.after = {head - 1}, .upto = log_position{head + 7}}) == numbers{head});
    CHECK(read({.after = {head}}).empty());
    CHECK(position_numbers(events_of(*in.store, log_id{in.category, 3})).empty());
    CHECK(position_numbers(events_of(*in.store, log_id{corner{in.store}.category, 0})).empty());
}

TEST_CASE("a category is its logs' events by time of recording, then partition; backwards the exact reverse")
{
    const busy_corner in;
    const auto everything = in.where([](const auto&) { return true; });
    const page_size small{.events_max = 3};

    CHECK(places(all_of(events_of(*in.store, in.category))) == everything);
    CHECK(places(all_of(events_of(*in.store, in.category, {.page = small}))) == everything);
    CHECK(places(all_of(events_of(*in.store, in.category, {.order = backwards, .page = small})))
          == reversed(everything));
    CHECK(places(all_of(events_of(*in.store, in.category, {.page = {.bytes_max = 0}}))) == everything);
    CHECK(all_of(events_of(*in.store, corner{in.store}.category)).empty());
}

TEST_CASE("a category is read from one token up to another, which bound the logs they name")
{
    const busy_corner in;
    token after, upto;
    after.include({in.category, 0}, {5});
    upto.include({in.category, 0}, {9});
    upto.include({in.category, 2}, {4});
    const auto between = in.where([](const recorded_event& event) {
        const auto position = event.position.number;
        if (event.partition == 0) return position > 5 && position <= 9;
        return event.partition == 1 || position <= 4;
    });

    CHECK(places(all_of(events_of(*in.store, in.category, {.after = after, .upto = upto}))) == between);
    CHECK(places(all_of(events_of(*in.store, in.category, {.after = after, .upto = upto, .order = backwards})))
          == reversed(between));
}

TEST_CASE("events recorded between two times, both included, are read by stream, log and category")
{
    const busy_corner in;
    const auto all = in.where([](const auto&) { return true; });
    const auto from = std::get<timestamp>(all[all.size() / 4]), upto = std::get<timestamp>(all[all.size() / 2]);
    const auto is_between = [&](const auto& event) { return event.recorded_at >= from && event.recorded_at <= upto; };
    const auto of_category = [&](direction order) {
        return places(
            all_of(events_of(*in.store, in.category, {.from_time = from, .upto_time = upto, .order = order})));
    };
    CHECK(of_category(direction::forwards) == in.where(is_between));
    CHECK(of_category(backwards) == reversed(in.where(is_between)));

    for (int partition = 0; partition < 3; ++partition)
        CHECK(
            places(all_of(events_of(*in.store, log_id{in.category, partition}, {.from_time = from, .upto_time = upto})))
            == in.where([&](const auto& event) { return event.partition == partition && is_between(event); }));

    for (int key = 0; key < 11; ++key) {
        const auto stream = in.stream("s" + std::to_string(key));
        CHECK(places(all_of(events_of(*in.store, stream, {.from_time = from, .upto_time = upto})))
              == in.where([&](const auto& event) { return event.stream == stream && is_between(event); }));
    }
    const auto later = std::get<timestamp>(all.back()) + std::chrono::hours{1};
    CHECK(all_of(events_of(*in.store, in.category, {.from_time = later})).empty());
    CHECK(all_of(events_of(*in.store, in.stream("s1"), {.from_time = later})).empty());
    CHECK(all_of(events_of(*in.store, in.category,
                           {.upto_time = std::get<timestamp>(all.front()) - std::chrono::hours{1}}))
              .empty());
}

TEST_CASE("types are selected by a pattern, even where whole pages hold none of them")
{
    const busy_corner in;
    const auto read = [&](std::string_view pattern) {
        return places(all_of(
            events_of(*in.store, in.category, {.types = type_pattern::parse(pattern), .page = {.events_max = 2}})));
    };
    const auto of_type = [&](auto... names) {
        return in.where([=](const auto& event) { return ((event.type == names) || ...); });
    };
    CHECK(read("thing.lost") == of_type("thing.lost"));
    CHECK(read("thing.*") == of_type("thing.lost", "thing.happened"));
    CHECK(read("*").size() == in.stored.size());
    CHECK(read("nothing.like.it").empty());
}

TEST_CASE("bounds of place, time and type work together, in a stream, a log and a category")
{
    const busy_corner in;
    const auto all = in.where([](const auto&) { return true; });
    const auto from = std::get<timestamp>(all[all.size() / 8]), upto = std::get<timestamp>(all[all.size() * 3 / 4]);
    const auto check = [&]<class Place>(auto read, Place after, Place last, auto is_within) {
        const auto expected = in.where([&](const recorded_event& event) {
            return event.type == "thing.happened" && event.recorded_at >= from && event.recorded_at <= upto
                   && is_within(event);
        });
        CHECK(expected.size() > 1);
        for (const auto order : {direction::forwards, backwards}) {
            auto found = events_of(*in.store, read,
                                   selection<Place>{.after = after,
                                                    .upto = last,
                                                    .from_time = from,
                                                    .upto_time = upto,
                                                    .types = type_pattern::parse("thing.happened"),
                                                    .order = order,
                                                    .page = {.events_max = 2}});
            CHECK(places(all_of(std::move(found))) == (order == backwards ? reversed(expected) : expected));
        }
    };
    const auto key = std::ranges::find(in.stored, log_position{1}, &recorded_event::position)->stream.key;
    check(in.stream(key), stream_version{2}, stream_version{9}, [&](const recorded_event& event) {
        return event.stream.key == key && event.version.number > 2 && event.version.number <= 9;
    });
    const auto is_in_log = [](const recorded_event& event) {
        return event.partition == 1 && event.position.number > 4 && event.position.number <= 30;
    };
    check(log_id{in.category, 1}, log_position{4}, log_position{30}, is_in_log);
    token after, last;
    after.include({in.category, 1}, {4});
    last.include({in.category, 1}, {30});
    check(std::string_view(in.category), after, last,
          [&](const recorded_event& event) { return event.partition != 1 || is_in_log(event); });
}

TEST_CASE("the reading of a category ends where its logs ended when it began")
{
    const busy_corner in;
    std::size_t seen = 0;
    for (const auto& event : events_of(*in.store, in.category, {.page = {.events_max = 2}})) {
        if (++seen > in.stored.size()) break;
        REQUIRE(in.append(event.stream.key, expected_version::any(), {contract::event()}));
    }
    CHECK(seen == in.stored.size());
}
