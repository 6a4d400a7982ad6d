// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace annals::eventstore {

/// JSON in memory; members keep the order in which they were written.
using json = nlohmann::ordered_json;

/// JSON as it is stored. Throws `invalid_request` where a text is not UTF-8; `what` names it in the message.
auto to_text(const json& value, std::string_view what) -> std::string;

/// A value for a message: only its beginning when it is long.
auto excerpt(const json& value) -> std::string;

}  // namespace annals::eventstore
