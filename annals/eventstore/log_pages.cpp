// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/log_pages.hpp>

#include <annals/eventstore/place.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace annals::eventstore {
namespace {

auto position_in(const token& places, const log_id& log) -> std::optional<log_position>
{
    const auto found = places.positions().find(log);
    return found == places.positions().end() ? std::nullopt : std::optional(found->second);
}

/// What is left of a source's page.
auto take_rest(auto& from) -> std::vector<recorded_event>
{
    from.page.erase(from.page.begin(), from.page.begin() + static_cast<std::ptrdiff_t>(std::exchange(from.next, 0)));
    return std::exchange(from.page, {});
}

}  // namespace

log_pages::log_pages(store& from, std::string category, std::optional<int> partition, const selection<token>& wanted)
    : store_(&from), category_(std::move(category)), partition_(partition), wanted_(wanted)
{}

auto log_pages::operator()() -> std::vector<recorded_event>
{
    if (!std::exchange(is_begun_, true)) begin();
    fill();
    if (sources_.empty()) return {};
    return sources_.size() == 1 ? take_rest(sources_.front()) : merge();
}

void log_pages::begin()
{
    if (!store_->find_category(category_)) return;
    const auto heads = store_->heads(category_);
    for (int partition = 0; partition < std::ssize(heads); ++partition) {
        if (partition_.value_or(partition) != partition) continue;
        const log_id log{category_, partition};
        const auto bounds = bounds_of(log, heads[static_cast<std::size_t>(partition)]);
        const auto start = wanted_.order == direction::forwards ? bounds.after : bounds.upto;
        if (bounds.size() > 0) sources_.push_back({.at = {log, {start}}, .left = bounds.size()});
    }
    wanted_.page.bytes_max /= std::max<std::size_t>(sources_.size(), 1);
}

auto log_pages::bounds_of(const log_id& log, log_position head) const -> number_bounds
{
    const auto after = position_in(wanted_.after, log).value_or(log_position{});
    const auto upto = wanted_.upto ? position_in(*wanted_.upto, log).value_or(head) : head;
    const number_bounds all{.after = std::max<std::int64_t>(after.number, 0), .upto = std::min(upto, head).number};
    return within_times(all, wanted_.from_time, wanted_.upto_time, [&](std::int64_t position) {
        return store_->read_log(log, {position - 1}, {.events_max = 1}).at(0).recorded_at;
    });
}

/// Fetches the next page of each log whose last page is used up, all in one call.
void log_pages::fill()
{
    const auto is_used_up = [](const source& one) { return one.next == one.page.size(); };
    std::erase_if(sources_, [&](const source& one) { return is_used_up(one) && one.left == 0; });
    std::vector<log_cursor> cursors;
    std::int64_t most = 0;
    for (const auto& one : sources_) {
        if (!is_used_up(one)) continue;
        cursors.push_back(one.at);
        most = std::max(most, one.left);
    }
    if (cursors.empty()) return;
    auto page = wanted_.page;
    page.events_max = std::min(page.events_max, static_cast<std::size_t>(most));
    auto events = store_->read_logs(cursors, page, wanted_.order);
    auto next = events.begin();
    for (auto& one : sources_) {
        if (!is_used_up(one)) continue;
        const auto end = std::find_if(next, events.end(),
                                      [&](const auto& event) { return event.partition != one.at.log.partition; });
        const auto count = std::min(std::distance(next, end), one.left);
        one.page.assign(std::make_move_iterator(next), std::make_move_iterator(next + count));
        one.next = 0;
        one.left = count == 0 ? 0 : one.left - count;
        one.at.position.number += wanted_.order == direction::forwards ? count : -count;
        next = end;
    }
    std::erase_if(sources_, is_used_up);
}

/// The next events in order, until one log's page is used up: the next event may be in that log's next page.
auto log_pages::merge() -> std::vector<recorded_event>
{
    const auto event_of = [](source* one) -> recorded_event& { return one->page[one->next]; };
    const auto comes_later = [&](source* one, source* other) {
        return wanted_.order == direction::forwards ? place_of(event_of(other)) < place_of(event_of(one))
                                                    : place_of(event_of(one)) < place_of(event_of(other));
    };
    std::vector<source*> heap;
    for (auto& one : sources_) heap.push_back(&one);
    std::ranges::make_heap(heap, comes_later);
    std::vector<recorded_event> merged;
    while (true) {
        std::ranges::pop_heap(heap, comes_later);
        auto& first = *heap.back();
        merged.push_back(std::move(event_of(&first)));
        if (++first.next == first.page.size()) return merged;
        std::ranges::push_heap(heap, comes_later);
    }
}

}  // namespace annals::eventstore
