// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/telemetry/log.hpp>

#include <functional>
#include <string>

namespace annals::processors {

/// Takes a line for people, and how much it matters. Thread-safe.
using reporter = std::function<void(telemetry::level, const std::string& line)>;

}  // namespace annals::processors
