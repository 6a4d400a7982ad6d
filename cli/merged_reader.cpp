// SPDX-License-Identifier: Apache-2.0
#include <cli/merged_reader.hpp>

#include <iterator>

namespace annals::cli {

merged_reader::merged_reader(eventstore::store& store, std::vector<eventstore::log_cursor> after) : store_(store)
{
    for (auto& cursor : after) sources_.push_back({std::move(cursor), {}, false});
}

void merged_reader::fill()
{
    const eventstore::page_size page{.events_max = 500, .bytes_max = 1 << 20};
    for (auto& one : sources_) {
        if (!one.page.empty() || one.ended) continue;
        auto events = store_.read_log(one.at.log, one.at.position, page);
        one.ended = events.empty();
        if (!one.ended) one.at.position = events.back().position;
        one.page.assign(std::make_move_iterator(events.begin()), std::make_move_iterator(events.end()));
    }
}

auto merged_reader::next() -> std::optional<eventstore::recorded_event>
{
    fill();
    source* oldest = nullptr;
    for (auto& one : sources_) {
        if (one.page.empty()) continue;
        if (oldest == nullptr || one.page.front().recorded_at < oldest->page.front().recorded_at) oldest = &one;
    }
    if (oldest == nullptr) {
        for (auto& one : sources_) one.ended = false;
        return {};
    }
    auto event = std::move(oldest->page.front());
    oldest->page.pop_front();
    return event;
}

}  // namespace annals::cli
