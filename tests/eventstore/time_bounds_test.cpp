// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/time_bounds.hpp>
#include <tests/support/property.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace annals::eventstore;

namespace {

auto at(int second) -> timestamp { return timestamp{std::chrono::seconds{second}}; }

}  // namespace

TEST_CASE("the numbers within two times are exactly those recorded between them, both included")
{
    annals::tests::check_property("within_times is a filter", [](std::vector<std::uint8_t> seconds, std::uint8_t from,
                                                                 std::uint8_t upto, std::uint8_t after) {
        std::ranges::sort(seconds);
        const number_bounds all{.after = after, .upto = after + std::ssize(seconds)};
        const auto recorded_at = [&](std::int64_t number) {
            return at(seconds.at(static_cast<std::size_t>(number - after - 1)));
        };
        const auto found = within_times(all, at(from), at(upto), recorded_at);
        for (auto number = all.after + 1; number <= all.upto; ++number) {
            const bool is_within = recorded_at(number) >= at(from) && recorded_at(number) <= at(upto);
            RC_ASSERT((number > found.after && number <= found.upto) == is_within);
        }
    });
}

TEST_CASE("a time is found with few questions")
{
    int asked = 0;
    const auto recorded_at = [&](std::int64_t number) {
        ++asked;
        return timestamp{std::chrono::seconds{number}};
    };
    const auto found =
        within_times({.after = 0, .upto = 100'000'000}, timestamp{std::chrono::seconds{77'777'777}}, {}, recorded_at);
    CHECK(found.after == 77'777'776);
    CHECK(found.upto == 100'000'000);
    CHECK(asked < 30);
}

TEST_CASE("an empty range needs no question, and neither does one without times")
{
    const auto refused = [](std::int64_t) -> timestamp { throw std::logic_error("nothing is there"); };
    CHECK(within_times({.after = 5, .upto = 5}, at(1), at(2), refused).size() == 0);
    CHECK(within_times({.after = 5, .upto = 3}, at(1), at(2), refused).size() == 0);
    CHECK(within_times({.after = 5, .upto = 9}, {}, {}, refused).size() == 4);
}
