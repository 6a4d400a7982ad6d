// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/bounded_feed.hpp>

#include <utility>

namespace annals::projections::rebuild {

using namespace eventstore;

void bounded_feed::stop_at(std::map<log_id, log_position> bounds)
{
    {
        const std::scoped_lock lock(mutex_);
        if (bounds == bounds_) return;
        bounds_ = std::move(bounds);
    }
    changes().tell();
}

auto bounded_feed::next(std::span<const log_cursor> from, const page_size& size) -> std::vector<recorded_event>
{
    std::vector<log_cursor> open;
    for (const auto& cursor : from)
        if (!is_beyond(cursor.log, cursor.position + 1)) open.push_back(cursor);
    if (open.empty()) return {};
    auto events = all_.next(open, size);
    std::erase_if(events, [&](const recorded_event& event) { return is_beyond(event.log(), event.position); });
    return events;
}

auto bounded_feed::bound(const log_id& log) const -> std::optional<log_position>
{
    const std::scoped_lock lock(mutex_);
    const auto found = bounds_.find(log);
    return found == bounds_.end() ? std::nullopt : std::optional(found->second);
}

auto bounded_feed::is_beyond(const log_id& log, log_position position) const -> bool
{
    const auto last = bound(log);
    return last && position > *last;
}

}  // namespace annals::projections::rebuild
