// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/typed_state.hpp>

#include <cstdint>
#include <cstdio>

namespace annals::commands::detail {

auto fingerprint(std::string_view text) -> std::string
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
    return digits;
}

}  // namespace annals::commands::detail
