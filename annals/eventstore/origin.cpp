// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/origin.hpp>

#include <annals/eventstore/metadata_codec.hpp>

#include <algorithm>

namespace annals::eventstore {

void set_origin(std::vector<stream_append>& streams, metadata origin)
{
    const auto first = std::ranges::find_if(streams, [](const auto& part) { return !part.events.empty(); });
    if (first == streams.end()) return;
    if (origin.correlation_id.empty()) origin.correlation_id = to_string(first->events.front().id);
    const auto stored = encode(origin);
    for (auto& part : streams)
        for (auto& event : part.events) {
            event.metadata = stored;
            event.occurred_at = origin.occurred_at;
        }
}

}  // namespace annals::eventstore
