// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/sagas/definition/definition.hpp>

#include <string>

namespace annals::sagas {

/// A saga as a flowchart of Mermaid (https://mermaid.js.org/syntax/flowchart.html). Steps are boxes, with an arrow from
/// each step that they come after; a signal is a hexagon, a saga that is run has double sides. A dotted arrow leads to
/// what undoes a step, and the pivot has a thick line. Draws what `check` refuses, too, as far as it can.
auto mermaid(const definition&) -> std::string;

}  // namespace annals::sagas
