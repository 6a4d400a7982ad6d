// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/feed.hpp>

#include <map>
#include <mutex>
#include <vector>

namespace annals::projections::rebuild {

/// A feed that hands out nothing beyond given positions: so a version that is built stops exactly where it is compared
/// with the live one. Thread-safe.
class bounded_feed final : public processors::feed {
public:
    explicit bounded_feed(processors::feed& all) : all_(all) {}

    /// Replaces the bounds; a log without one is not bounded.
    void stop_at(std::map<eventstore::log_id, eventstore::log_position>);

    auto next(std::span<const eventstore::log_cursor>, const eventstore::page_size&)
        -> std::vector<eventstore::recorded_event> override;
    auto bound(const eventstore::log_id&) const -> std::optional<eventstore::log_position> override;
    auto changes() -> eventstore::change_signal& override { return all_.changes(); }

private:
    auto is_beyond(const eventstore::log_id&, eventstore::log_position) const -> bool;

    processors::feed& all_;
    mutable std::mutex mutex_;
    std::map<eventstore::log_id, eventstore::log_position> bounds_;  // guarded by mutex_
};

}  // namespace annals::projections::rebuild
