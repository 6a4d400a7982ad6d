// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/operations/doctor.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace annals::operations {

/// Why topics cannot be published to, which of their settings can lose or refuse records, and which are missing.
auto examine_topics(app::context&) -> std::vector<finding>;

/// Which logs are not published, why, and how far behind the topics are. `lag_max`: more events is a problem.
auto examine_publication(const app::context&, std::optional<std::int64_t> lag_max) -> std::vector<finding>;

}  // namespace annals::operations
