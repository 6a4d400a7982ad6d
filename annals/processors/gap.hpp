// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>

#include <vector>

namespace annals::processors {

/// The events after the cursor, from the log itself: what a feed has left out. Throws `mismatch` when the log has a
/// gap, too.
auto read_gap(eventstore::store&, const eventstore::log_cursor&, const eventstore::page_size&)
    -> std::vector<eventstore::recorded_event>;

}  // namespace annals::processors
