// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/advance/plan.hpp>

#include <algorithm>
#include <utility>

namespace annals::sagas {
namespace {

/// Whether `later` comes after `earlier`, directly or through others.
auto comes_after(const std::vector<std::vector<std::size_t>>& before, std::size_t later, std::size_t earlier) -> bool
{
    std::vector<bool> seen(before.size());
    std::vector<std::size_t> open{later};
    while (!open.empty()) {
        const auto one = open.back();
        open.pop_back();
        for (const auto next : before[one]) {
            if (next == earlier) return true;
            if (!seen[next]) open.push_back(next);
            seen[next] = true;
        }
    }
    return false;
}

}  // namespace

plan::plan(definition of) : definition_(std::move(of))
{
    for (const auto& one : definition_.steps) {
        auto& before = before_.emplace_back();
        for (const auto& id : one.after)
            if (const auto found = find(id)) before.push_back(*found);
    }
    for (std::size_t i = 0; i < size(); ++i) {
        if (at(i).pivot) pivot_ = i;
        auto& after = all_after_.emplace_back();
        for (std::size_t other = 0; other < size(); ++other)
            if (comes_after(before_, other, i)) after.push_back(other);
    }
}

auto plan::find(std::string_view id) const -> std::optional<std::size_t>
{
    const auto found = std::ranges::find(definition_.steps, id, &step::id);
    if (found == definition_.steps.end()) return std::nullopt;
    return static_cast<std::size_t>(found - definition_.steps.begin());
}

}  // namespace annals::sagas
