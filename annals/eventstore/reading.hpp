// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/event_range.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/eventstore/token.hpp>
#include <annals/eventstore/type_pattern.hpp>

#include <optional>
#include <string_view>

namespace annals::eventstore {

/// Which events to read, and how. Bounds mean the same in both directions: `after` excludes events at it or below,
/// `upto` excludes those above. A token bounds only the logs it names.
template <class Place>
struct selection {
    Place after = {};
    std::optional<Place> upto = {};
    std::optional<timestamp> from_time = {};     ///< recorded then or later
    std::optional<timestamp> upto_time = {};     ///< recorded then or before
    std::optional<type_pattern> types = {};
    direction order = direction::forwards;
    page_size page = {};
};

/// A stream's events in the order of their versions.
auto events_of(store&, stream_id, selection<stream_version> = {}) -> event_range;

/// A log's events in the order of their positions, up to where the log ended when the reading began.
auto events_of(store&, log_id, selection<log_position> = {}) -> event_range;

/// The events of all logs of a category, up to where each ended when the reading began. Each log's events come in the
/// order of their positions; between logs the order is by `recorded_at`, then by partition. Backwards is the exact
/// reverse. So the same bounds always give the same events in the same order. The logs share `page.bytes_max`.
auto events_of(store&, std::string_view category, selection<token> = {}) -> event_range;

// All three: a stream, log or category that does not exist has no events. No query runs before the first event is
// wanted, and no transaction or session is held between pages. While a page of a log or category is handed out, the
// next one is read in another thread; a range that is destroyed meanwhile waits for that. The store must outlive the
// range. A time is found by a binary search over the positions (or versions), because `recorded_at` never goes back
// along them.

}  // namespace annals::eventstore
