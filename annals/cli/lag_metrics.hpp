// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/lag_reader.hpp>
#include <annals/cli/metrics_text.hpp>

#include <vector>

namespace annals::cli {

/// What a monitor asks for: position, lag in events and in seconds from rows by log, and the state of each projection
/// from rows by processor.
auto lag_metrics(const std::vector<lag_row>& by_log, const std::vector<lag_row>& by_processor) -> std::vector<metric>;

}  // namespace annals::cli
