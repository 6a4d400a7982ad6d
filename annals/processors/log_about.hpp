// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/processor.hpp>
#include <annals/telemetry/log.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace annals::processors {

/// Writes a log line about a processor: its name and its version are the first fields, then come `more`
/// (docs/operating/logs.md). Thread-safe.
void log_about(const processor_id&, telemetry::level, std::string_view message,
               std::vector<telemetry::field> more = {});

/// What a log line says about an error: its code (see `error_code`) unless that is empty, and the error in words.
auto fields_of(const std::string& problem, const std::string& code) -> std::vector<telemetry::field>;

}  // namespace annals::processors
