// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/sagas/definition/definition.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

namespace annals::sagas {

struct definition_problem;

inline constexpr std::size_t steps_max = 200;
inline constexpr std::chrono::milliseconds duration_max = std::chrono::days(3650);

/// Whether a saga can run, and can be undone, as it is defined (docs/reference/saga-definitions.md). Throws
/// `eventstore::invalid_request` with everything that is wrong, each with its step and field.
void check(const definition&);

/// The same as values: those of the saga first, then by step. Empty: it is right. Of the cycles, enough are named that
/// each step that is in one is named.
auto problems_of(const definition&) -> std::vector<definition_problem>;

}  // namespace annals::sagas
