// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/event_range.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace annals::eventstore;

namespace {

/// Pages of two events with the versions 1, 2, 3 …; counts how many were fetched.
struct counted_pages {
    std::int64_t pages;
    int fetched = 0;

    auto events() -> event_range
    {
        return event_range([this] {
            const std::int64_t first = 2 * fetched++ + 1;
            std::vector<recorded_event> page(first > 2 * pages ? 0 : 2);
            for (std::size_t i = 0; i < page.size(); ++i) {
                page[i].version.number = first + static_cast<std::int64_t>(i);
                page[i].data = "data";
            }
            return page;
        });
    }
};

}  // namespace

TEST_CASE("a range of events fetches a page when one of its events is wanted, not before")
{
    counted_pages source{.pages = 3};
    auto events = source.events();
    CHECK(source.fetched == 0);

    auto at = events.begin();
    CHECK(source.fetched == 1);
    ++at;
    CHECK(at->version.number == 2);
    CHECK(source.fetched == 1);
    ++at;
    CHECK(source.fetched == 2);
}

TEST_CASE("a range of events holds all pages, in order, and then ends")
{
    counted_pages source{.pages = 3};
    std::int64_t last = 0;
    for (const auto& event : source.events()) CHECK(event.version.number == ++last);
    CHECK(last == 6);
    CHECK(source.fetched == 4);
}

TEST_CASE("a range of events goes through the standard library's views, and events can be moved out of it")
{
    counted_pages source{.pages = 1000};
    auto odd = source.events() | std::views::filter([](const auto& event) { return event.version.number % 2 == 1; })
               | std::views::transform([](auto& event) { return std::move(event.data); }) | std::views::take(3);
    CHECK(std::ranges::count(odd, "data") == 3);
    CHECK(source.fetched < 5);
}

TEST_CASE("an exception of the fetch comes out of the range")
{
    event_range events([]() -> std::vector<recorded_event> { throw unavailable("the server is away"); });
    CHECK_THROWS_AS(events.begin(), unavailable);
}
