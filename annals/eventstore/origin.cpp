// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/origin.hpp>

#include <annals/eventstore/metadata_codec.hpp>

#include <algorithm>

namespace annals::eventstore {

auto encode_origin(metadata origin, const uuid& first) -> std::string
{
    if (origin.correlation_id.empty()) origin.correlation_id = to_string(first);
    return encode(origin);
}

void set_origin(std::vector<stream_append>& streams, const metadata& origin)
{
    const auto first = std::ranges::find_if(streams, [](const auto& part) { return !part.events.empty(); });
    if (first == streams.end()) return;
    const auto stored = encode_origin(origin, first->events.front().id);
    for (auto& part : streams)
        for (auto& event : part.events) {
            event.metadata = stored;
            event.occurred_at = origin.occurred_at;
        }
}

}  // namespace annals::eventstore
