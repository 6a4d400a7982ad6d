// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/log_pages.hpp>

#include <annals/eventstore/place.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace annals::eventstore {
namespace {

auto position_in(const token& places, const log_id& log) -> std::optional<log_position>
{
    const auto found = places.positions().find(log);
    return found == places.positions().end() ? std::nullopt : std::optional(found->second);
}

/// How many calls read pages at the same time: while one's events are decoded, the server works for the other.
constexpr std::size_t calls_max = 2;

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

/// Every log has a page afterwards. The pages after them are read meanwhile.
void log_pages::fill()
{
    const auto lacks_page = [](const source& one) { return one.is_used_up() && one.wants_page(); };
    while (std::ranges::any_of(sources_, lacks_page)) {
        if (asked_.empty()) ask(std::launch::deferred, sources_.size());
        take_first_asked();
    }
    for (auto& one : sources_) {
        if (!one.is_used_up()) continue;
        one.page = std::exchange(one.ahead, {});
        one.next = 0;
    }
    std::erase_if(sources_, [](const source& one) { return one.is_used_up(); });
    const auto is_read = [](const asked& one) {
        return one.pages.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    };
    while (!asked_.empty() && is_read(asked_.front())) take_first_asked();
    while (asked_.size() < calls_max && ask(std::launch::async, (sources_.size() + 1) / calls_max)) {}
}

/// Begins to read the next pages of so many logs that have none ahead, those that will be used up first. Returns
/// whether there is such a log.
auto log_pages::ask(std::launch how, std::size_t logs_max) -> bool
{
    std::vector<source*> wanting;
    for (auto& one : sources_)
        if (one.wants_page() && !is_asked(one.at.log.partition)) wanting.push_back(&one);
    if (wanting.empty()) return false;
    std::ranges::stable_sort(wanting, {}, [](const source* one) { return one->page.size() - one->next; });
    wanting.resize(std::min(wanting.size(), logs_max));

    std::vector<int> partitions;
    std::vector<log_cursor> cursors;
    std::int64_t most = 0;
    for (auto* one : wanting) {
        partitions.push_back(one->at.log.partition);
        cursors.push_back(one->at);
        most = std::max(most, one->left);
    }
    auto page = wanted_.page;
    page.events_max = std::min(page.events_max, static_cast<std::size_t>(most));
    asked_.push_back({std::move(partitions),
                      std::async(how, [store = store_, order = wanted_.order, page, cursors = std::move(cursors)] {
                          return store->read_logs(cursors, page, order);
                      })});
    return true;
}

auto log_pages::is_asked(int partition) const -> bool
{
    return std::ranges::any_of(asked_, [&](const asked& call) {
        return std::ranges::find(call.partitions, partition) != call.partitions.end();
    });
}

/// The pages come in the order asked. What could not be read may be asked again.
void log_pages::take_first_asked()
{
    auto [partitions, pages] = std::move(asked_.front());
    asked_.pop_front();
    auto events = pages.get();
    auto next = events.begin();
    for (const auto partition : partitions) {
        auto& one = *std::ranges::find(sources_, partition, [](const source& each) { return each.at.log.partition; });
        const auto end =
            std::find_if(next, events.end(), [&](const auto& event) { return event.partition != partition; });
        const auto count = std::min(std::distance(next, end), one.left);
        one.ahead.assign(std::make_move_iterator(next), std::make_move_iterator(next + count));
        one.left = count == 0 ? 0 : one.left - count;
        one.at.position.number += wanted_.order == direction::forwards ? count : -count;
        next = end;
    }
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
