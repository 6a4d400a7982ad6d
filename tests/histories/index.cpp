// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/index.hpp>

#include <algorithm>

namespace annals::histories {

using namespace eventstore;

index::index(const history& all) : history_(all)
{
    for (const auto& log : all.logs) {
        auto& events = logs_.emplace_back();
        for (const auto& event : log) events.push_back({&event, never, never, never});
    }
    note_appends();
    note_reads();
    for (auto& log : logs_)
        for (auto& one : log) {
            streams_[one.event->stream].push_back(&one);
            by_id_[one.event->id].push_back(&one);
        }
    for (auto& [stream, events] : streams_)
        std::ranges::stable_sort(events, {}, [](const logged* one) { return one->event->version; });
}

void index::note_appends()
{
    std::map<uuid, logged> found;
    for (const auto& one : history_.appends)
        for (const auto& part : one.request.streams)
            for (const auto& event : part.events) {
                calls_[event.id].push_back(&one);
                if (is_refused(one)) continue;
                auto& times = found.try_emplace(event.id, nullptr, never, never, never).first->second;
                times.invoked = std::min(times.invoked, one.when.invoked);
                if (is_confirmed(one)) times.returned = std::min(times.returned, one.when.returned);
            }
    for (auto& log : logs_)
        for (auto& one : log)
            if (const auto times = found.find(one.event->id); times != found.end()) {
                one.invoked = times->second.invoked;
                one.returned = one.known = times->second.returned;
            }
}

void index::note_reads()
{
    for (const auto& read : history_.stream_reads) note_read(read.when, read.events);
    for (const auto& read : history_.log_reads) note_read(read.when, read.events);
}

void index::note_read(const call& when, const std::vector<recorded_event>& events)
{
    for (const auto& event : events) {
        if (event.partition < 0 || static_cast<std::size_t>(event.partition) >= logs_.size()) continue;
        auto& log = logs_[static_cast<std::size_t>(event.partition)];
        const auto at = std::ranges::find(log, event.position, [](const logged& one) { return one.event->position; });
        if (at != log.end()) at->known = std::min(at->known, when.returned);
    }
}

auto index::with_id(const uuid& id) const -> const std::vector<const logged*>&
{
    static const std::vector<const logged*> none;
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? none : found->second;
}

auto index::calls_with(const uuid& id) const -> const std::vector<const append_call*>&
{
    static const std::vector<const append_call*> none;
    const auto found = calls_.find(id);
    return found == calls_.end() ? none : found->second;
}

auto index::at(int partition, log_position position) const -> const logged*
{
    if (partition < 0 || static_cast<std::size_t>(partition) >= logs_.size()) return nullptr;
    const auto& log = logs_[static_cast<std::size_t>(partition)];
    const auto found = std::ranges::find(log, position, [](const logged& one) { return one.event->position; });
    return found == log.end() ? nullptr : &*found;
}

auto index::at(const stream_id& stream, stream_version version) const -> const logged*
{
    const auto events = streams_.find(stream);
    if (events == streams_.end()) return nullptr;
    const auto found =
        std::ranges::find(events->second, version, [](const logged* one) { return one->event->version; });
    return found == events->second.end() ? nullptr : *found;
}

auto index::version_known(const stream_id& stream, tick before) const -> std::int64_t
{
    std::int64_t version = 0;
    if (const auto events = streams_.find(stream); events != streams_.end())
        for (const auto* one : events->second)
            if (one->known < before) version = std::max(version, one->event->version.number);
    return version;
}

auto index::position_known(int partition, tick before) const -> std::int64_t
{
    std::int64_t position = 0;
    for (const auto& one : logs_.at(static_cast<std::size_t>(partition)))
        if (one.known < before) position = std::max(position, one.event->position.number);
    return position;
}

auto is_confirmed(const append_call& one) -> bool { return one.how == ending::answered && one.result.has_value(); }

auto is_refused(const append_call& one) -> bool
{
    return one.how == ending::undone || (one.how == ending::answered && !one.result.has_value());
}

auto is_answered_by_key(const index& all, const append_call& one) -> bool
{
    if (!is_confirmed(one) || !one.request.idempotency_key || !one.result->duplicate) return false;
    for (const auto& part : one.request.streams)
        for (const auto& event : part.events)
            if (!all.with_id(event.id).empty()) return false;
    return true;
}

}  // namespace annals::histories
