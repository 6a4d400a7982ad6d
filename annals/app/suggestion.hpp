// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals::app {

/// The name that a mistyped word most likely means; nothing when none is near.
auto nearest(std::string_view word, const std::vector<std::string>& names) -> std::optional<std::string>;

/// A hint for a mistyped word: the name that it most likely means, or `otherwise` when none is near.
auto did_you_mean(std::string_view word, const std::vector<std::string>& names, const std::string& otherwise)
    -> std::string;

}  // namespace annals::app
