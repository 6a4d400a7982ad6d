// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/step_graph.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace annals::sagas {
namespace {

using indexes = std::vector<std::size_t>;
using sets = std::vector<indexes>;

auto steps(const std::vector<std::pair<std::string, std::vector<std::string>>>& all) -> definition
{
    definition made{.name = "saga"};
    for (const auto& [id, after] : all) made.steps.push_back({.id = id, .after = after});
    return made;
}

TEST_CASE("two branches that join: what each step depends on, and what waits for it")
{
    const auto graph = graph_of(steps({{"a", {}}, {"b", {"a"}}, {"c", {"a"}}, {"d", {"c", "b"}}}));
    CHECK(graph.depends_on == sets{{}, {0}, {0}, {2, 1}});
    CHECK(graph.dependents == sets{{1, 2}, {3}, {3}, {}});
    CHECK(all_after(graph, 0) == indexes{1, 2, 3});
    CHECK(all_after(graph, 1) == indexes{3});
    CHECK(all_after(graph, 3).empty());
}

TEST_CASE("the order keeps to the dependencies, and else to how it is written")
{
    CHECK(order_of(steps({{"a", {}}, {"b", {"a"}}, {"c", {"b"}}})) == indexes{0, 1, 2});
    CHECK(order_of(steps({{"last", {"first"}}, {"other", {}}, {"first", {}}})) == indexes{1, 2, 0});
    CHECK(order_of(steps({{"c", {"b"}}, {"b", {"a"}}, {"a", {}}, {"d", {}}})) == indexes{2, 1, 0, 3});
    CHECK(order_of(steps({})).empty());
}

TEST_CASE("what a checked definition does not have counts for nothing")
{
    const auto graph = graph_of(steps({{"a", {"a", "nobody"}}, {"b", {"a", "a"}}, {"a", {"b"}}}));
    CHECK(graph.depends_on == sets{{}, {0}, {1}});
    CHECK(graph.dependents == sets{{1}, {2}, {}});
    CHECK(graph.order == indexes{0, 1, 2});
    CHECK(cycles_of(graph).empty());
}

TEST_CASE("a cycle is given as its steps, one after the other, and the order leaves it out")
{
    const auto graph = graph_of(steps({{"free", {}}, {"a", {"c"}}, {"b", {"a"}}, {"c", {"b"}}, {"behind", {"c"}}}));
    CHECK(cycles_of(graph) == sets{{1, 2, 3}});
    CHECK(graph.order == indexes{0});
}

TEST_CASE("every step that is in a cycle is in one that is given")
{
    const auto apart = graph_of(steps({{"a", {"b"}}, {"b", {"a"}}, {"c", {"d"}}, {"d", {"c"}}}));
    CHECK(cycles_of(apart) == sets{{0, 1}, {2, 3}});
    const auto shared = graph_of(steps({{"a", {"b", "c"}}, {"b", {"a"}}, {"c", {"a"}}}));
    CHECK(cycles_of(shared) == sets{{0, 1}, {2, 0}});
}

TEST_CASE("a thousand steps in a row, written backwards, are ordered")
{
    definition long_one{.name = "saga"};
    for (std::size_t i = 1000; i-- > 0;) {
        long_one.steps.push_back({.id = "s" + std::to_string(i)});
        if (i > 0) long_one.steps.back().after = {"s" + std::to_string(i - 1)};
    }
    const auto order = order_of(long_one);
    REQUIRE(order.size() == 1000);
    CHECK(std::ranges::is_sorted(order, std::ranges::greater{}));
    CHECK(all_after(graph_of(long_one), 999).size() == 999);
}

}  // namespace
}  // namespace annals::sagas
