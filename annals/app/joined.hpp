// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace annals::app {

/// `one, two, three`
inline auto joined(const std::vector<std::string>& words) -> std::string
{
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
    return all;
}

}  // namespace annals::app
