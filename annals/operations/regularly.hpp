// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

namespace annals::operations {

struct pauses {
    std::chrono::seconds after_success{};
    std::chrono::seconds after_failure{};
};

/// Does something again and again, until asked to stop. A failure is logged as `telemetry::repeated_problem` does;
/// `what` as there. A server that is away is logged by the process.
void regularly(const char* what, pauses, const std::stop_token&, const std::function<void()>& work);

}  // namespace annals::operations
