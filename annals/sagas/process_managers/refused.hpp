// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/stream.hpp>
#include <annals/eventstore/timestamp.hpp>

#include <string>

namespace annals::sagas {

/// A command that the process manager sent and the aggregate refused, for one that answers to that itself:
/// `auto react(const sagas::refused<validate_sample>&) const -> sagas::outgoing`. Other refused commands wait for an
/// operator.
template <class Command>
struct refused {
    Command command = {};
    std::string reason = {};
    std::string code = {};                   ///< of the refusal (`commands/refusal.hpp`)
    eventstore::stream_id target = {};       ///< the aggregate that refused
    std::string key = {};                    ///< of the state of the process manager that sent it
    std::string deadline = {};               ///< the name of the deadline that it was; empty: none
    eventstore::timestamp at = {};           ///< when it was refused
};

}  // namespace annals::sagas
