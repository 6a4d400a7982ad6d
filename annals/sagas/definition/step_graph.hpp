// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/definition/definition.hpp>

#include <cstddef>
#include <vector>

namespace annals::sagas {

/// Which steps come after which. Steps are named by their index in the definition.
struct step_graph {
    std::vector<std::vector<std::size_t>> depends_on;  ///< by step: those that must be completed before it
    std::vector<std::vector<std::size_t>> dependents;  ///< by step: those that wait for it, directly
    std::vector<std::size_t> order;  ///< each step behind those that it depends on, else as written
};

/// Takes what it finds: an unknown name in `after`, a second one and a step's own count for nothing, and of two steps
/// with one id the first is meant. `order` leaves out the steps of a cycle and those that wait for them. A definition
/// that `check` accepts has none of that.
auto graph_of(const definition&) -> step_graph;

/// All steps, each behind those that it depends on, else as written.
auto order_of(const definition&) -> std::vector<std::size_t>;

/// The steps that come after this one, directly or through others; in the order of their indexes.
auto all_after(const step_graph&, std::size_t step) -> std::vector<std::size_t>;

/// Cycles, each as its steps in the order in which they wait for each other. Every step that is in a cycle is in one
/// of these; there may be others.
auto cycles_of(const step_graph&) -> std::vector<std::vector<std::size_t>>;

}  // namespace annals::sagas
