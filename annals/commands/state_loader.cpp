// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/state_loader.hpp>

#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/snapshot_writer.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/stream_pages.hpp>
#include <annals/telemetry/log.hpp>

#include <span>

namespace annals::commands {

using namespace eventstore;

namespace {

using clock = std::chrono::steady_clock;

/// Copies the state before changing it: others may share it.
void fold(versioned_state& at, std::span<const recorded_event> events)
{
    if (events.empty()) return;
    auto next = at.value->copy();
    for (const auto& event : events) next->evolve(event);
    at.value = std::move(next);
    const auto& last = events.back();
    at.version = last.version;
    at.last_event = last.id;
    at.position = last.position;
    at.partition = last.partition;
}

/// Folds the log's events after the state. False when the state does not end with an event of this log.
auto follow(store& events, const stream_id& stream, versioned_state& at) -> bool
{
    bool is_compared = at.version.number == 0;
    stream_pages pages(events, stream, {.after = {at.version.number - (is_compared ? 0 : 1)}});
    for (auto page = pages(); !page.empty(); page = pages()) {
        std::span<const recorded_event> next = page;
        if (!is_compared) {
            if (next.front().id != at.last_event) return false;
            is_compared = true;
            at.position = next.front().position;
            at.partition = next.front().partition;
            next = next.subspan(1);
        }
        fold(at, next);
    }
    return is_compared;
}

void complain(const stream_id& stream, const std::exception& problem) noexcept
{
    telemetry::log(telemetry::level::warning, "the state of an aggregate is not remembered",
                   {{"stream", to_string(stream)}, {"problem", problem.what()}});
}

}  // namespace

state_loader::state_loader(eventstore::store& events, const stream_id& stream, const aggregate_type& type,
                           aggregate_cache* cache, snapshot_writer* snapshots)
    : store_(events), stream_(stream), type_(type), cache_(cache), snapshots_(snapshots)
{
    if (cache && &cache->store() != &events)
        throw invalid_request("the aggregate cache was made for another store than the command is for");
}

auto state_loader::begin() -> versioned_state
{
    if (cache_)
        if (auto cached = cache_->find(type_, stream_.key)) {
            if (cached->is_behind) {
                const auto before = cached->version;
                read_on(*cached);
                cached->is_behind = cached->version != before;
            }
            return *std::move(cached);
        }
    auto at = first();
    if (snapshots_)
        if (auto found = snapshots_->find(type_, stream_)) at = *std::move(found);
    read_on(at);
    return at;
}

void state_loader::read_on(versioned_state& at)
{
    const auto began = clock::now();
    if (!follow(store_, stream_, at)) {
        at = start_again();
        follow(store_, stream_, at);
    }
    is_verified_ = true;
    fold_time_ += std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - began);
}

void state_loader::keep(versioned_state at) const noexcept
{
    try {
        if (snapshots_ && snapshots_->take_if_due(type_, stream_, at, fold_time_)) at.snapshot = at.version;
        if (cache_ && at.version.number > 0) cache_->keep(type_, stream_.key, at);
    } catch (const std::exception& problem) {
        complain(stream_, problem);
    }
}

auto state_loader::first() const -> versioned_state
{
    versioned_state at;
    at.value = type_.begin();
    return at;
}

auto state_loader::start_again() -> versioned_state
{
    telemetry::log(telemetry::level::warning,
                   "a remembered state does not end with the event that the log has there: the stream is read from its "
                   "beginning",
                   {{"stream", to_string(stream_)}});
    if (cache_) cache_->forget(type_, stream_.key);
    return first();
}

}  // namespace annals::commands
