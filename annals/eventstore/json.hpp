// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace annals::eventstore {

/// JSON in memory; members keep the order in which they were written.
using json = nlohmann::ordered_json;

/// JSON as it is stored. Throws `invalid_request` where a text is not UTF-8; `what` names it in the message.
auto to_text(const json& value, std::string_view what) -> std::string;

/// What in a value cannot be stored, as the end of a sentence; nothing when all can. Not stored: NaN and infinities,
/// bytes, and texts that are not UTF-8 or hold \u0000.
auto fault_of_value(const json& value) -> std::optional<std::string>;

/// A value for a message; only its beginning when it is long.
auto excerpt(const json& value) -> std::string;

}  // namespace annals::eventstore
