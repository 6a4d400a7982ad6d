// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/advance/plan.hpp>

#include <algorithm>
#include <utility>

namespace annals::sagas {

plan::plan(definition of) : definition_(std::move(of)), graph_(graph_of(definition_))
{
    for (std::size_t i = 0; i < size(); ++i) {
        if (at(i).pivot) pivot_ = i;
        all_after_.push_back(sagas::all_after(graph_, i));
    }
}

auto plan::find(std::string_view id) const -> std::optional<std::size_t>
{
    const auto found = std::ranges::find(definition_.steps, id, &step::id);
    if (found == definition_.steps.end()) return std::nullopt;
    return static_cast<std::size_t>(found - definition_.steps.begin());
}

}  // namespace annals::sagas
