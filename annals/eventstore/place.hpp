// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

#include <string_view>

namespace annals::eventstore {

/// An event's place in the order of all logs: by time of recording, then by category and partition. (Events of one log
/// that were recorded at the same time are in the order of their positions.)
struct place {
    timestamp recorded_at;
    std::string_view category;
    int partition = 0;

    auto operator<=>(const place&) const = default;
};

/// Views the event's own texts.
inline auto place_of(const recorded_event& event) -> place
{
    return {event.recorded_at, event.stream.category, event.partition};
}

}  // namespace annals::eventstore
