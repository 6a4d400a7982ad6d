// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/load.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/reading.hpp>

namespace annals::commands {

using namespace eventstore;

namespace {

auto selected_by(const moment& at) -> selection<stream_version>
{
    selection<stream_version> wanted;
    if (const auto* const version = std::get_if<stream_version>(&at)) wanted.upto = *version;
    if (const auto* const time = std::get_if<timestamp>(&at)) wanted.upto_time = *time;
    return wanted;
}

}  // namespace

auto state_at(store& events, const stream_id& stream, const aggregate_type& type, const moment& at) -> versioned_state
{
    const auto* const version = std::get_if<stream_version>(&at);
    if (version && version->number < 0)
        throw invalid_request("a version is not negative: " + std::to_string(version->number));
    const auto state = std::shared_ptr(type.begin());
    versioned_state found;
    for (const auto& event : events_of(events, stream, selected_by(at))) {
        state->evolve(event);
        found.version = event.version;
        found.last_event = event.id;
        found.position = event.position;
        found.partition = event.partition;
    }
    if (version && found.version < *version)
        throw invalid_request(to_string(stream) + " has no version " + std::to_string(version->number)
                              + ": it ends at version " + std::to_string(found.version.number));
    found.value = state;
    return found;
}

}  // namespace annals::commands
