// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/change_signal.hpp>
#include <annals/eventstore/store.hpp>

#include <optional>
#include <span>
#include <vector>

namespace annals::processors {

/// Gives the events of logs to the processors of a process; each reads at its own pace.
///
/// One contract and one test suite for all feeds: `next` returns the log's events after + 1, after + 2, … without a
/// gap.
/// Thread-safe. Throws `eventstore::unavailable` when its source cannot be reached.
class feed {
public:
    virtual ~feed() = default;

    /// The next events of each log, one log after the other in the order asked. Nothing when there are none yet.
    /// Does not wait for new events.
    virtual auto next(std::span<const eventstore::log_cursor>, const eventstore::page_size&)
        -> std::vector<eventstore::recorded_event> = 0;

    /// The last position of a log that may be applied now; nothing: any. Asked again for events that were read ahead.
    virtual auto bound(const eventstore::log_id&) const -> std::optional<eventstore::log_position> { return {}; }

    /// Signals when `next` may have something new.
    virtual auto changes() -> eventstore::change_signal& = 0;
};

}  // namespace annals::processors
