// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/processors/feed.hpp>
#include <annals/processors/recent_events.hpp>

#include <chrono>
#include <map>
#include <mutex>
#include <optional>

namespace annals::processors {

/// Feeds processors straight from the log.
///
/// Readers that are near the end of a log share one small window of its last events: a new event is read once,
/// however many readers there are. An idle process sends no query until the store signals a change. A reader that is
/// further back reads the log itself.
class log_feed final : public feed {
public:
    explicit log_feed(eventstore::store& from) : store_(from) {}

    auto next(std::span<const eventstore::log_cursor>, const eventstore::page_size&)
        -> std::vector<eventstore::recorded_event> override;
    auto changes() -> eventstore::change_signal& override { return store_.changes(); }

private:
    using windows = std::map<eventstore::log_id, recent_events>;

    void from_windows(std::span<const eventstore::log_cursor>, const eventstore::page_size&,
                      std::vector<eventstore::recorded_event>& found, std::vector<eventstore::log_cursor>& behind);
    auto open_window(const eventstore::log_id&) -> windows::iterator;
    auto look_for_new() -> bool;
    void follow_heads();

    eventstore::store& store_;
    std::mutex mutex_;
    windows windows_;
    std::optional<std::string> incarnation_;  ///< of the store, for all windows
    std::optional<std::uint64_t> changes_seen_;
    std::chrono::steady_clock::time_point looked_at_;
};

}  // namespace annals::processors
