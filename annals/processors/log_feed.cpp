// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/log_feed.hpp>

#include <annals/processors/page_end.hpp>

#include <numeric>

namespace annals::processors {

using namespace eventstore;

namespace {

/// A missed signal (the listening session is lost, say) must not delay a reader longer than this.
constexpr auto silence_max = std::chrono::seconds(1);

/// How much is read at a time for all logs; a reader that is further behind reads the log itself.
constexpr page_size look{.events_max = 1000, .bytes_max = 4 << 20};

/// Whether there may be more than this page.
auto may_have_more(const std::vector<recorded_event>& events) -> bool
{
    const auto bytes = std::accumulate(events.begin(), events.end(), std::size_t{0},
                                       [](std::size_t sum, const auto& event) { return sum + event.size_bytes(); });
    return may_be_cut(events.size(), bytes, look);
}

}  // namespace

auto log_feed::next(std::span<const log_cursor> cursors, const page_size& page) -> std::vector<recorded_event>
{
    std::vector<recorded_event> found;
    std::vector<log_cursor> behind;
    {
        const std::scoped_lock lock(mutex_);
        if (auto incarnation = store_.incarnation();
            incarnation != incarnation_) {  // events of one say nothing about the next
            windows_.clear();
            incarnation_ = std::move(incarnation);
        }
        from_windows(cursors, page, found, behind);
        if (found.empty() && behind.empty() && look_for_new()) from_windows(cursors, page, found, behind);
    }
    if (!found.empty() || behind.empty()) return found;
    return store_.read_logs(behind, page);
}

/// Copies events that the windows hold, and lists the cursors before their window. A reader that is after a window's
/// end restarts the window there.
void log_feed::from_windows(std::span<const log_cursor> cursors, const page_size& page,
                            std::vector<recorded_event>& found, std::vector<log_cursor>& behind)
{
    std::size_t bytes = 0;
    for (const auto& cursor : cursors) {
        auto known = windows_.find(cursor.log);
        if (known == windows_.end()) known = open_window(cursor.log);
        if (known == windows_.end()) continue;
        auto& window = known->second;
        if (window.end() < cursor.position) window.restart(cursor.position);
        if (window.end() == cursor.position) continue;
        if (!window.holds_next_of(cursor.position)) behind.push_back(cursor);
        else if (window.copy(cursor.position, page, found, bytes)) return;
    }
}

/// Opens the windows of the log's whole category; a category that does not exist yet has none.
auto log_feed::open_window(const log_id& log) -> windows::iterator
{
    if (!store_.find_category(log.category)) return windows_.end();
    const auto heads = store_.heads(log.category);
    for (std::size_t partition = 0; partition < heads.size(); ++partition)
        windows_.try_emplace({log.category, static_cast<int>(partition)}, heads[partition]);
    return windows_.find(log);
}

/// Reads the events after the windows' ends, unless there can be none since the last time.
auto log_feed::look_for_new() -> bool
{
    const auto now = std::chrono::steady_clock::now();
    const auto seen = store_.changes().count();
    if (changes_seen_ == seen && now - looked_at_ < silence_max) return false;

    std::vector<log_cursor> ends;
    for (const auto& [log, window] : windows_) ends.push_back({log, window.end()});
    auto events = store_.read_logs(ends, look);
    changes_seen_ = seen;
    looked_at_ = now;

    const bool overrun = may_have_more(events);
    for (auto& event : events)
        if (const auto window = windows_.find(event.log()); window != windows_.end())
            window->second.add(std::move(event));
    if (overrun) follow_heads();
    return !events.empty();
}

/// More events came than a window holds: its readers read the log, and the windows restart at the ends of the logs.
void log_feed::follow_heads()
{
    std::string category;
    std::vector<log_position> heads;
    for (auto& [log, window] : windows_) {
        if (log.category != category) heads = store_.heads(category = log.category);
        const auto head = heads.at(static_cast<std::size_t>(log.partition));
        if (window.end() < head) window.restart(head);
    }
}

}  // namespace annals::processors
