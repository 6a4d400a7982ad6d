// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/telemetry/log.hpp>

#include <memory>
#include <optional>

namespace annals::telemetry {

enum class log_format {
    text,    ///< `2026-11-21T09:30:33.704Z info  took the lead category=sample partition=3`
    json     ///< one object per line: time, level, message, then the fields
};

/// Writes log lines to standard error, immediately. `least`: the least important level to write; nothing: none.
auto log_to_stderr(log_format, std::optional<level> least) -> std::shared_ptr<log_sink>;

}  // namespace annals::telemetry
