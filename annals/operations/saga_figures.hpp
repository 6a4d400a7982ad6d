// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/connection.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace annals::operations {

/// How many sagas of a type have a status, of those whose rows are kept.
struct saga_count {
    std::string type, status;
    std::int64_t sagas = 0;
};

/// How long a step took, where it was done within the last hour.
struct step_durations {
    std::string type, step;
    std::int64_t steps = 0;
    std::chrono::microseconds sum{}, median{}, p90{}, p99{};
};

/// Types without a saga have a row without a status.
auto count_sagas(libpq::connection& log) -> std::vector<saga_count>;
/// Sagas that are not over.
auto count_active_sagas(libpq::connection& log) -> std::int64_t;
auto recent_durations(libpq::connection& log) -> std::vector<step_durations>;

}  // namespace annals::operations
