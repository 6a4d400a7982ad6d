// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/given.hpp>
#include <tests/commands/bikes.hpp>

#include <doctest/doctest.h>

#include <array>
#include <ranges>

using namespace annals::tests;
using namespace annals;
using commands::given;

namespace {

using decision = bike::decision;

auto types_of(const decision& decided) -> std::vector<std::string>
{
    std::vector<std::string> types;
    for (const auto& event : commands::stored(decided).events) types.push_back(event.type);
    return types;
}

const std::vector<std::string> twice{"bike.repaired", "bike.repaired"};

}  // namespace

TEST_CASE("a decision is made of a range of facts")
{
    const auto of_events = []() -> decision { return std::vector<bike::event>{bike_repaired{}, bike_retired{}}; };
    CHECK(types_of(of_events()) == std::vector<std::string>{"bike.repaired", "bike.retired"});
    const auto of_facts = []() -> decision { return std::array{bike_repaired{"lamp"}, bike_repaired{"seat"}}; };
    CHECK(types_of(of_facts()) == twice);
    const std::vector<std::string> parts{"tyre", "seat"};
    const auto of_view = [&]() -> decision {
        return parts | std::views::transform([](const auto& part) { return bike_repaired{part}; });
    };
    CHECK(types_of(of_view()) == twice);
    CHECK(types_of(std::vector<bike::event>{}).empty());
}

TEST_CASE("facts are added to a decision one by one, and claims with them")
{
    given<bike>().when(repair_bike{{"tyre", "seat"}}).then(bike_repaired{"tyre"}, bike_repaired{"seat"});
    given<bike>().when(repair_bike{}).then_nothing();

    decision all = bike_repaired{"tyre"};
    all += bike::event{bike_retired{}};
    for (const auto* key : {"F-1", "F-2"}) all.claiming<frame>(key, frame_taken{}, commands::refuse("taken"));
    CHECK(types_of(all) == std::vector<std::string>{"bike.repaired", "bike.retired"});
    CHECK(all.claims().size() == 2);
}

TEST_CASE("a decision that refuses still refuses when facts are added")
{
    decision all = commands::refuse("no");
    all += bike_retired{};
    CHECK(commands::stored(all).refused);
    CHECK_FALSE(commands::stored(all).writes());
}

TEST_CASE("a test tells what a decision takes and what it gives back")
{
    const auto moved = given<bike>(bike_registered{"F-1"}).when(register_bike{"B-1", "F-2"});
    moved.then(bike_registered{"F-2"}).then_releases<frame>("F-1").then_claims<frame>("F-2");
    CHECK_THROWS_WITH_AS(moved.then_claims<frame>("F-1"), doctest::Contains("expected:\n  a claim of frame-F-1\ngot:"),
                         commands::unexpected_outcome);
    CHECK_THROWS_WITH_AS(moved.then_releases<frame>("F-2"), doctest::Contains("\n  a release of frame-F-1\n  a claim"),
                         commands::unexpected_outcome);
}
