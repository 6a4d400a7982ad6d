// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/one_order.hpp>

#include <annals/processors/gap.hpp>
#include <annals/processors/page_end.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace annals::processors {

using namespace eventstore;

namespace {

/// What is read ahead of all logs together, about.
constexpr page_size read_ahead_max{.events_max = 6000, .bytes_max = 16 << 20};
constexpr page_size share_min{.events_max = 32, .bytes_max = 256 << 10};

auto place_of_checkpoint(const checkpoint& at) -> place
{
    return {at.recorded_at.value_or(timestamp::min()), at.of.log.category, at.of.log.partition};
}

}  // namespace

auto count_late(std::span<const checkpoint> at, std::span<const recorded_event> events) -> std::vector<std::int64_t>
{
    std::vector<std::int64_t> late(at.size());
    if (at.empty()) return late;
    auto last = place_of_checkpoint(at.front());
    for (const auto& one : at) last = std::max(last, place_of_checkpoint(one));
    for (const auto& event : events) {
        const auto its_place = place_of(event);
        const auto log = std::ranges::find(at, event.log(), [](const checkpoint& one) { return one.of.log; });
        if (its_place < last) ++late[static_cast<std::size_t>(log - at.begin())];
        else last = its_place;
    }
    return late;
}

one_order::one_order(std::vector<std::string> categories, feed& from, store& log)
    : categories_(std::move(categories)), feed_(from), store_(log), asked_(from)
{}

void one_order::forget()
{
    sources_.clear();
    asked_.forget();
}

auto one_order::next(std::span<const checkpoint> at, const page_size& page) -> std::vector<recorded_event>
{
    follow(at);
    read_ahead();
    const bool has_events = first() != nullptr;
    if (!has_events) wait_.reset();
    if (!has_events || waits_for_category()) return {};
    auto events = take_until_wait(page);
    if (!events.empty()) wait_.reset();
    if (events.size() == page.events_max) ask_ahead();
    return events;
}

/// A category that has just been created: its logs will be assigned soon. One that does not exist will only get events
/// that are later than those at hand.
auto one_order::waits_for_category() -> bool
{
    for (const auto& name : categories_) {
        const auto is_of_it = [&](const source& one) { return one.log.category == name; };
        if (std::ranges::any_of(sources_, is_of_it) || !store_.find_category(name)) continue;
        waits({name, 0});
        return true;
    }
    return false;
}

/// Keeps what was read ahead of these checkpoints; where they do not meet, the log is read again from there.
void one_order::follow(std::span<const checkpoint> at)
{
    std::erase_if(sources_, [&](const source& one) {
        return std::ranges::none_of(at, [&](const checkpoint& wanted) { return wanted.of.log == one.log; });
    });
    for (const auto& wanted : at) {
        auto known = std::ranges::find(sources_, wanted.of.log, &source::log);
        if (known == sources_.end()) known = sources_.insert(known, source{.log = wanted.of.log});
        auto& ahead = known->ahead;
        while (!ahead.empty() && ahead.front().position <= wanted.position) ahead.pop_front();
        const bool meets =
            ahead.empty() ? known->end == wanted.position : ahead.front().position == wanted.position + 1;
        if (!meets) *known = source{.log = wanted.of.log, .end = wanted.position};
        known->bound = feed_.bound(known->log);
    }
}

/// Each log's part of what is read ahead.
auto one_order::share() const -> page_size
{
    const auto logs = std::max<std::size_t>(sources_.size(), 1);
    return {.events_max = std::max(read_ahead_max.events_max / logs, share_min.events_max),
            .bytes_max = std::max(read_ahead_max.bytes_max / logs, share_min.bytes_max)};
}

/// When some log's events are used up, all that have used up half of theirs are read. A log without further events is
/// asked again once the others have passed its watermark.
void one_order::read_ahead()
{
    take_asked();
    const auto* const earliest = first();
    const auto is_passed = [&](const source& one) {
        return !one.watermark || !earliest || *one.watermark <= earliest->ahead.front().recorded_at;
    };
    const auto is_wanted = [&](const source& one) { return one.ahead.empty() && is_passed(one); };
    if (std::ranges::none_of(sources_, is_wanted)) return;

    std::vector<source*> asked;
    std::vector<log_cursor> cursors;
    for (auto& one : sources_) {
        if (!is_wanted(one) && !is_half_used(one)) continue;
        asked.push_back(&one);
        cursors.push_back({one.log, one.end});
    }
    add(feed_.next(cursors, share()), asked);
}

auto one_order::is_half_used(const source& one) const -> bool
{
    return one.may_have_more && one.ahead.size() < share().events_max / 2;
}

/// While a full page is applied, the next events are read.
void one_order::ask_ahead()
{
    std::vector<log_cursor> cursors;
    for (const auto& one : sources_)
        if (is_half_used(one)) cursors.push_back({one.log, one.end});
    if (!cursors.empty()) asked_.ask(std::move(cursors), share());
}

/// Events of logs whose checkpoints were moved meanwhile are dropped.
void one_order::take_asked()
{
    auto read = asked_.take();
    if (!read) return;
    std::vector<source*> asked;
    for (const auto& cursor : read->after) {
        const auto known = std::ranges::find(sources_, cursor.log, &source::log);
        if (known != sources_.end() && known->end == cursor.position) asked.push_back(&*known);
    }
    std::erase_if(read->events, [&](const recorded_event& event) {
        return std::ranges::find(asked, event.log(), [](const source* known) { return known->log; }) == asked.end();
    });
    add(std::move(read->events), asked);
}

/// They come one log after the other. Where the feed has a gap, the log itself is read.
void one_order::add(std::vector<recorded_event> events, std::span<source* const> asked)
{
    struct amount {
        std::size_t events = 0, bytes = 0;
    };
    amount all;
    std::map<source*, amount> of_logs;
    std::set<source*> gaps;
    for (auto& event : events) {
        const auto log = event.log();
        auto* const one = *std::ranges::find(asked, log, [](const source* known) { return known->log; });
        for (auto* const sum : {&all, &of_logs[one]}) ++sum->events, sum->bytes += event.size_bytes();
        if (event.position == one->end + 1) one->add(std::move(event));
        else if (event.position > one->end) gaps.insert(one);
    }
    for (auto* const one : gaps)
        if (one->ahead.empty())
            for (auto& event : read_gap(store_, {one->log, one->end}, share())) one->add(std::move(event));
    const bool is_cut = may_be_cut(all.events, all.bytes, share());
    for (auto* const one : asked)
        one->may_have_more = is_cut || may_be_cut(of_logs[one].events, of_logs[one].bytes, share());
}

void one_order::source::add(recorded_event event)
{
    end = event.position;
    watermark.reset();
    ahead.push_back(std::move(event));
}

/// The log with the earliest event at hand, or null.
auto one_order::first() -> source*
{
    source* earliest = nullptr;
    for (auto& one : sources_) {
        if (one.ahead.empty() || !one.is_allowed(one.ahead.front().position)) continue;
        if (!earliest || place_of(one.ahead.front()) < place_of(earliest->ahead.front())) earliest = &one;
    }
    return earliest;
}

/// A log without an event at hand that may still give one before this place, or null.
auto one_order::holding_up(const place& next) -> source*
{
    const auto held = std::ranges::find_if(sources_, [&](const source& one) {
        return one.ahead.empty() && one.is_allowed(one.end + 1)
               && (!one.watermark || place{*one.watermark, one.log.category, one.log.partition} < next);
    });
    return held == sources_.end() ? nullptr : &*held;
}

/// For all logs in one call, also for those with events at hand: what comes after them matters next.
void one_order::ask_for_watermarks()
{
    std::vector<log_cursor> cursors;
    for (const auto& one : sources_) cursors.push_back({one.log, one.end});
    const auto found = store_.watermarks(cursors);
    for (std::size_t i = 0; i < found.size(); ++i) sources_[i].watermark = std::max(sources_[i].watermark, found[i]);
}

auto one_order::take_until_wait(const page_size& page) -> std::vector<recorded_event>
{
    std::vector<recorded_event> taken;
    std::size_t bytes = 0;
    bool has_asked = false;
    while (auto* const earliest = first()) {
        const auto& event = earliest->ahead.front();
        const bool fits =
            taken.empty() || (taken.size() < page.events_max && bytes + event.size_bytes() <= page.bytes_max);
        if (!fits) return taken;
        if (auto* const held_by = holding_up(place_of(event))) {
            if (has_asked || (held_by->may_have_more && !taken.empty())) {
                if (taken.empty()) waits(held_by->log);
                return taken;
            }
            ask_for_watermarks();
            has_asked = true;
            continue;
        }
        bytes += event.size_bytes();
        earliest->watermark = std::max<std::optional<timestamp>>(earliest->watermark, event.recorded_at);
        taken.push_back(std::move(earliest->ahead.front()));
        earliest->ahead.pop_front();
    }
    return taken;
}

void one_order::waits(const log_id& log)
{
    if (!wait_) wait_ = wait{log, std::chrono::steady_clock::now()};
    wait_->log = log;
}

}  // namespace annals::processors
