// SPDX-License-Identifier: Apache-2.0
#include <eventstore/memory/category_records.hpp>

#include <eventstore/partition.hpp>

#include <algorithm>

namespace annals::eventstore::memory {

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

auto category_records::find_appended(std::string_view idempotency_key) const -> std::optional<appended>
{
    const auto found = by_idempotency_key.find(idempotency_key);
    if (found == by_idempotency_key.end()) return std::nullopt;
    auto before = found->second;
    before.duplicate = true;
    return before;
}

void category_records::read_log(const log_cursor& cursor, const page_size& page,
                                std::vector<recorded_event>& events) const
{
    const auto partition = static_cast<std::size_t>(cursor.log.partition);
    if (partition >= logs.size()) return;
    const auto& log = logs[partition];
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < page.events_max; ++i) {
        const auto at = static_cast<std::size_t>(cursor.position.number) + i;
        if (at >= log.size()) return;
        bytes += log[at].size_bytes();
        if (i > 0 && bytes > page.bytes_max) return;
        events.push_back(log[at]);
    }
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
