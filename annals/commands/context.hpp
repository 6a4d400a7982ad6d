// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/event.hpp>

#include <optional>
#include <string>

namespace annals::commands {

/// What a decision may know besides the state and the command, for aggregates that ask for it:
///
///     auto decide(const rent_bike&, const commands::context&) const -> decision;
struct context {
    eventstore::timestamp now = {};          ///< by this process's clock; read again before each attempt
    eventstore::metadata metadata = {};      ///< the command's, as the caller gave it
    std::optional<std::string> idempotency_key = {};
};

}  // namespace annals::commands
