// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>

#include <optional>
#include <string>
#include <utility>

namespace annals::commands {

/// Why a command was refused: a reason for the person who sent it, and a code for the program.
struct refusal {
    std::string reason;
    std::string code = "refused";
    std::optional<eventstore::stream_id> stream = {};  ///< which of several aggregates refused

    auto operator==(const refusal&) const -> bool = default;
};

/// Codes of the refusals that annals itself gives.
namespace codes {
inline constexpr auto key_reused = "key_reused";  ///< the idempotency key was used for another command: use a new one
inline constexpr auto contended = "contended";  ///< others wrote to the stream at each attempt: try again
inline constexpr auto malformed = "malformed";  ///< the command's JSON does not fit the command
}  // namespace codes

inline auto refuse(std::string reason, std::string code = "refused") -> refusal
{
    return {.reason = std::move(reason), .code = std::move(code)};
}

}  // namespace annals::commands
