// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/definition/step_graph.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace annals::sagas {

/// A definition that was checked when it was made, with its dependencies as indexes of steps. Does not change.
class plan {
public:
    explicit plan(definition);

    auto of() const -> const definition& { return definition_; }
    auto size() const -> std::size_t { return definition_.steps.size(); }
    auto at(std::size_t i) const -> const step& { return definition_.steps[i]; }
    auto find(std::string_view id) const -> std::optional<std::size_t>;
    auto pivot() const -> std::optional<std::size_t> { return pivot_; }

    /// The steps that must be completed before this one.
    auto before(std::size_t i) const -> const std::vector<std::size_t>& { return graph_.depends_on[i]; }
    /// All steps that come after this one, directly or through others.
    auto all_after(std::size_t i) const -> const std::vector<std::size_t>& { return all_after_[i]; }

private:
    definition definition_;
    step_graph graph_;
    std::vector<std::vector<std::size_t>> all_after_;
    std::optional<std::size_t> pivot_;
};

}  // namespace annals::sagas
