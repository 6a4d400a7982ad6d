// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/event.hpp>

#include <utility>

namespace annals::eventstore {

auto as_recorded(new_event made, stream_id stream, stream_version version) -> recorded_event
{
    return {.id = made.id,
            .stream = std::move(stream),
            .version = version,
            .position = {version.number},
            .partition = 0,
            .type = std::move(made.type),
            .schema_version = made.schema_version,
            .data = std::move(made.data),
            .metadata = std::move(made.metadata),
            .occurred_at = made.occurred_at,
            .recorded_at = timestamp{std::chrono::seconds{version.number}}};
}

}  // namespace annals::eventstore
