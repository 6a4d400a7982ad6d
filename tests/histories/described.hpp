// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/histories/history.hpp>

#include <string>

namespace annals::histories {

/// The names of an event, a place and a call in findings.
inline auto described(const eventstore::recorded_event& event) -> std::string
{
    return to_string(event.stream) + " version " + std::to_string(event.version.number) + " at "
           + to_string(event.log()) + "@" + std::to_string(event.position.number) + " ("
           + eventstore::to_string(event.id) + ")";
}

inline auto described(const call& when) -> std::string
{
    return "client " + std::to_string(when.client) + " at ticks " + std::to_string(when.invoked) + "–"
           + std::to_string(when.returned);
}

}  // namespace annals::histories
