// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace annals::tests {

/// How often a text holds these words.
inline auto occurrences(std::string_view text, std::string_view words) -> int
{
    int found = 0;
    for (auto at = text.find(words); at != text.npos; at = text.find(words, at + 1)) ++found;
    return found;
}

}  // namespace annals::tests
