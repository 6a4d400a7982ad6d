// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/metrics_text.hpp>
#include <annals/operations/saga_figures.hpp>

#include <vector>

namespace annals::cli {

/// What a monitor asks for: sagas started, ended (by how), active and parked by type, and how long steps took.
auto saga_metrics(const std::vector<operations::saga_count>&, const std::vector<operations::step_durations>&)
    -> std::vector<metric>;

}  // namespace annals::cli
