// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/append.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/origin.hpp>

namespace annals::facts::detail {

auto append_events(eventstore::store& store, eventstore::stream_id stream, eventstore::expected_version expected,
                   const eventstore::metadata& origin, std::vector<eventstore::new_event> events)
    -> eventstore::append_result
{
    if (events.empty())
        throw eventstore::invalid_request("there is no fact to append to " + to_string(stream) + ": the list is empty");
    std::vector<eventstore::stream_append> streams{{std::move(stream), expected, std::move(events)}};
    set_origin(streams, origin);
    return store.append({.streams = std::move(streams)});
}

}  // namespace annals::facts::detail
