// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <chrono>

namespace annals::eventstore {

/// How long a call waits for a server, unless its settings say otherwise, before it is `unavailable`.
inline constexpr std::chrono::milliseconds default_patience = std::chrono::seconds{30};

}  // namespace annals::eventstore
