// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/telemetry/log.hpp>

#include <span>
#include <string>
#include <string_view>

namespace annals::telemetry {

/// A line as text: `info    took the lead category=sample partition=3`. Values with blanks are quoted as in JSON.
auto as_text(level, std::string_view message, std::span<const field>) -> std::string;
/// The members of a JSON object: level, message, then the fields.
auto as_json_members(level, std::string_view message, std::span<const field>) -> std::string;

}  // namespace annals::telemetry
