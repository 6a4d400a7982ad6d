// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/step_graph.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <string_view>

namespace annals::sagas {
namespace {

/// A. B. Kahn: Topological sorting of large networks, 1962. Of the steps that could be next, the first one is.
auto topological_order(const step_graph& graph) -> std::vector<std::size_t>
{
    std::vector<std::size_t> order, waits_for(graph.depends_on.size());
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < waits_for.size(); ++i) {
        waits_for[i] = graph.depends_on[i].size();
        if (waits_for[i] == 0) ready.push(i);
    }
    while (!ready.empty()) {
        order.push_back(ready.top());
        ready.pop();
        for (const auto next : graph.dependents[order.back()])
            if (--waits_for[next] == 0) ready.push(next);
    }
    return order;
}

constexpr auto nobody = static_cast<std::size_t>(-1);

/// A search from a step along the dependents: for each step that was reached, the one that it was reached from.
auto reached_from(const step_graph& graph, std::size_t begin) -> std::vector<std::size_t>
{
    std::vector<std::size_t> from(graph.dependents.size(), nobody);
    std::queue<std::size_t> open;
    for (open.push(begin); !open.empty(); open.pop())
        for (const auto next : graph.dependents[open.front()])
            if (from[next] == nobody) {
                from[next] = open.front();
                open.push(next);
            }
    return from;
}

}  // namespace

auto graph_of(const definition& of) -> step_graph
{
    std::map<std::string_view, std::size_t> by_id;
    for (std::size_t i = 0; i < of.steps.size(); ++i) by_id.emplace(of.steps[i].id, i);

    step_graph graph;
    graph.depends_on.resize(of.steps.size());
    graph.dependents.resize(of.steps.size());
    for (std::size_t i = 0; i < of.steps.size(); ++i)
        for (const auto& id : of.steps[i].after) {
            const auto found = by_id.find(id);
            auto& before = graph.depends_on[i];
            if (found == by_id.end() || found->second == i || std::ranges::count(before, found->second) > 0) continue;
            before.push_back(found->second);
            graph.dependents[found->second].push_back(i);
        }
    graph.order = topological_order(graph);
    return graph;
}

auto order_of(const definition& of) -> std::vector<std::size_t> { return graph_of(of).order; }

auto all_after(const step_graph& graph, std::size_t step) -> std::vector<std::size_t>
{
    const auto from = reached_from(graph, step);
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < from.size(); ++i)
        if (from[i] != nobody) all.push_back(i);
    return all;
}

auto cycles_of(const step_graph& graph) -> std::vector<std::vector<std::size_t>>
{
    std::vector<std::vector<std::size_t>> cycles;
    std::vector<bool> is_done(graph.depends_on.size());
    for (const auto i : graph.order) is_done[i] = true;
    for (std::size_t begin = 0; begin < is_done.size(); ++begin) {
        if (is_done[begin]) continue;
        const auto from = reached_from(graph, begin);
        if (from[begin] == nobody) continue;
        auto& cycle = cycles.emplace_back();
        for (auto i = from[begin]; i != begin; i = from[i]) cycle.push_back(i);
        cycle.push_back(begin);
        std::ranges::reverse(cycle);
        for (const auto i : cycle) is_done[i] = true;
    }
    return cycles;
}

}  // namespace annals::sagas
