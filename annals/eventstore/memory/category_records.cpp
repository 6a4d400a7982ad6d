// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/category_records.hpp>

#include <annals/eventstore/partition.hpp>

#include <algorithm>
#include <limits>
#include <ranges>
#include <span>

namespace annals::eventstore::memory {
namespace {

constexpr stream_version unbounded{std::numeric_limits<std::int64_t>::max()};

void add_page(std::ranges::view auto found, const page_size& page, std::vector<recorded_event>& to)
{
    std::size_t bytes = 0;
    for (const recorded_event& event : found | std::views::take(page.events_max)) {
        bytes += event.size_bytes();
        if (bytes > page.bytes_max && bytes > event.size_bytes()) return;
        to.push_back(event);
    }
}

/// Adds events, oldest first, as far as they fit; always the first one.
void add_page(std::ranges::view auto found, const page_size& page, direction order, std::vector<recorded_event>& to)
{
    if (order == direction::forwards) add_page(found, page, to);
    else add_page(found | std::views::reverse, page, to);
}

}  // namespace

category_records::category_records(const category& created)
    : name(created), logs(static_cast<std::size_t>(created.partitions))
{}

auto category_records::find(const std::string& key) const -> const stream*
{
    const auto found = streams.find(key);
    return found == streams.end() ? nullptr : &found->second;
}

auto category_records::version_of(const std::string& key) const -> stream_version
{
    const auto* const found = find(key);
    return {found ? static_cast<std::int64_t>(found->at.size()) : 0};
}

auto category_records::event(const stream& of, std::size_t index) const -> const recorded_event&
{
    return logs[static_cast<std::size_t>(of.partition)][of.at[index]];
}

auto category_records::find_appended(std::string_view idempotency_key, std::optional<std::string_view> used_for) const
    -> std::optional<append_result>
{
    const auto found = by_idempotency_key.find(idempotency_key);
    if (found == by_idempotency_key.end()) return std::nullopt;
    auto [before, first_use] = found->second;
    const auto& first = before.streams.front();
    if (used_for && *used_for != first_use)
        return std::unexpected(idempotency_key_reused{std::string(idempotency_key), first.stream, first.first_version});
    before.duplicate = true;
    return before;
}

void category_records::read_stream(const stream& of, const stream_range& range,
                                   std::vector<recorded_event>& events) const
{
    const auto upto = std::clamp<std::int64_t>(range.upto.value_or(unbounded).number, 0, std::ssize(of.at));
    const auto after = std::clamp<std::int64_t>(range.after.number, 0, upto);
    const auto event_at = [&](std::size_t at) -> const recorded_event& {
        return logs[static_cast<std::size_t>(of.partition)][at];
    };
    const auto places =
        std::span(of.at).subspan(static_cast<std::size_t>(after), static_cast<std::size_t>(upto - after));
    add_page(places | std::views::transform(event_at), {range.events_max, range.bytes_max}, range.order, events);
}

void category_records::read_log(const log_cursor& cursor, const page_size& page, direction order,
                                std::vector<recorded_event>& events) const
{
    const auto partition = static_cast<std::size_t>(cursor.log.partition);
    if (partition >= logs.size()) return;
    const std::span log = logs[partition];
    const auto at = static_cast<std::size_t>(std::clamp<std::int64_t>(cursor.position.number, 0, std::ssize(log)));
    add_page(order == direction::forwards ? log.subspan(at) : log.first(at), page, order, events);
}

auto category_records::add(const stream_id& id, const std::vector<new_event>& events) -> written
{
    auto& to = streams.try_emplace(id.key, stream{partition_of(id.key, name.partitions), {}}).first->second;
    auto& log = logs[static_cast<std::size_t>(to.partition)];
    const auto recorded_at = log.empty() ? now() : std::max(now(), log.back().recorded_at);
    const auto index = to.at.size();
    for (const auto& event : events) {
        to.at.push_back(log.size());
        log.push_back({.id = event.id,
                       .stream = id,
                       .version = {static_cast<std::int64_t>(to.at.size())},
                       .position = {static_cast<std::int64_t>(log.size() + 1)},
                       .partition = to.partition,
                       .type = event.type,
                       .schema_version = event.schema_version,
                       .data = event.data,
                       .metadata = event.metadata,
                       .occurred_at = event.occurred_at,
                       .recorded_at = recorded_at});
    }
    return written_at(id, index, events.size());
}

auto category_records::written_at(const stream_id& id, std::size_t index, std::size_t count) const -> written
{
    const auto& in = *find(id.key);
    const auto& first = event(in, index);
    const auto& last = event(in, index + count - 1);
    return {.stream = id,
            .first_version = first.version,
            .last_version = last.version,
            .log = first.log(),
            .first_position = first.position,
            .last_position = last.position};
}

}  // namespace annals::eventstore::memory
