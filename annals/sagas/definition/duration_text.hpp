// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// Durations as definitions write them: a whole number and a unit, `250 ms`, `30 s`, `5 min` or `2 h`.
namespace annals::sagas {

/// In the largest unit that gives a whole number.
auto duration_text(std::chrono::milliseconds) -> std::string;

/// Nothing when a text is no duration, or one that milliseconds cannot hold. The blank before the unit may be left out.
auto duration_from(std::string_view text) -> std::optional<std::chrono::milliseconds>;

}  // namespace annals::sagas
