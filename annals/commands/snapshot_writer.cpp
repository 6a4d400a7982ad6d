// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/snapshot_writer.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/server_away.hpp>
#include <annals/telemetry/log.hpp>

namespace annals::commands {
namespace {

using namespace std::chrono_literals;
using eventstore::stream_id;

constexpr auto pause_after_failure = 1s;

void complain(const char* what, const stream_id& stream, const std::exception& problem)
{
    if (dynamic_cast<const eventstore::server_away*>(&problem) != nullptr) return;
    telemetry::log(telemetry::level::warning, what, {{"stream", to_string(stream)}, {"problem", problem.what()}});
}

auto is_due(const snapshot_policy& policy, const versioned_state& state, std::chrono::microseconds fold_time) -> bool
{
    const auto events = state.version.number - state.snapshot.number;
    return events >= policy.events || (fold_time >= policy.fold_time && events >= policy.events_min);
}

}  // namespace

snapshot_writer::snapshot_writer(eventstore::snapshots& snapshots, snapshot_policy policy)
    : snapshots_(snapshots), policy_(policy), thread_([this](std::stop_token stop) { work(std::move(stop)); })
{}

snapshot_writer::~snapshot_writer() = default;

auto snapshot_writer::find(const aggregate_type& type, const stream_id& stream) -> std::optional<versioned_state>
{
    if (type.state_schema.empty()) return {};
    try {
        const auto found = snapshots_.find(stream, type.state_schema);
        if (!found) return {};
        versioned_state state;
        state.value = type.restore(found->state);
        state.version = state.snapshot = found->version;
        state.last_event = found->last_event;
        const std::scoped_lock lock(mutex_);
        ++counted_.found;
        return state;
    } catch (const std::exception& problem) {
        complain("a snapshot cannot be used: the stream is read from its beginning", stream, problem);
        return {};
    }
}

auto snapshot_writer::take_if_due(const aggregate_type& type, const stream_id& stream, const versioned_state& state,
                                  std::chrono::microseconds fold_time) -> bool
{
    if (type.state_schema.empty() || !is_due(policy_, state, fold_time)) return false;
    if (!add({stream, &type}, state)) return false;
    changed_.notify_all();
    return true;
}

/// False when there is no room. A single state always has room.
auto snapshot_writer::add(subject of, const versioned_state& state) -> bool
{
    const auto bytes =
        sizeof(queue::value_type) + of.first.category.size() + of.first.key.size() + state.value->size_bytes();
    const std::scoped_lock lock(mutex_);
    const auto older = queue_.find(of);
    if (older != queue_.end() && older->second.state.version >= state.version) return true;
    const auto others = queue_bytes_ - (older == queue_.end() ? 0 : older->second.bytes);
    if (others != 0 && others + bytes > policy_.queue_bytes_max) {
        ++counted_.dropped;
        return false;
    }
    queue_bytes_ = others + bytes;
    queue_.insert_or_assign(std::move(of), waiting{state, bytes});
    return true;
}

auto snapshot_writer::take_next() -> queue::node_type
{
    auto next = queue_.upper_bound(last_);
    if (next == queue_.end()) next = queue_.begin();
    last_ = next->first;
    queue_bytes_ -= next->second.bytes;
    return queue_.extract(next);
}

void snapshot_writer::finish()
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queue_.empty() && !is_writing_; });
}

auto snapshot_writer::count() const -> figures
{
    const std::scoped_lock lock(mutex_);
    return counted_;
}

void snapshot_writer::work(std::stop_token stop)
{
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
        const auto next = take_next();
        is_writing_ = true;
        lock.unlock();
        const bool written = write(next.key(), next.mapped().state);
        lock.lock();
        is_writing_ = false;
        ++(written ? counted_.written : counted_.failed);
        if (!written && stop.stop_requested()) queue_.clear(), queue_bytes_ = 0;
        changed_.notify_all();
        if (!written) changed_.wait_for(lock, stop, pause_after_failure, [] { return false; });
    }
}

auto snapshot_writer::write(const subject& of, const versioned_state& state) -> bool
{
    const auto& [stream, type] = of;
    try {
        snapshots_.keep({.stream = stream,
                         .state_schema = type->state_schema,
                         .version = state.version,
                         .last_event = state.last_event,
                         .state = state.value->to_json().value()});
        return true;
    } catch (const std::exception& problem) {
        complain("a snapshot is not written", stream, problem);
        return false;
    }
}

}  // namespace annals::commands
