// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/event_counts.hpp>

#include <algorithm>

namespace annals::cli {

void event_counts::add(const eventstore::recorded_event& event)
{
    auto& found = by_type_[{event.type, event.schema_version}];
    if (found.events == 0) found.first = found.last = event.recorded_at;
    found.first = std::min(found.first, event.recorded_at);
    found.last = std::max(found.last, event.recorded_at);
    ++found.events;
}

auto event_counts::columns(bool with_read_as) -> std::vector<std::string>
{
    std::vector<std::string> names{"category", "type", "schema_version", "events", "first_at", "last_at"};
    if (with_read_as) names.emplace_back("read_as");
    return names;
}

void event_counts::rows_in(table& rows, const std::string& category, const app::event_readers* readers) const
{
    for (const auto& [key, found] : by_type_) {
        const auto& [type, schema_version] = key;
        std::vector<cell> row{category,
                              type,
                              std::int64_t{schema_version},
                              found.events,
                              eventstore::to_string(found.first),
                              eventstore::to_string(found.last)};
        if (readers != nullptr) {
            const auto today = readers->read_as(type, schema_version);
            row.push_back(today ? cell{*today} : cell{});
        }
        rows.add(std::move(row));
    }
}

}  // namespace annals::cli
