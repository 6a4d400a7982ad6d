// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/contention.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace annals::eventstore::postgres {

namespace {

constexpr std::size_t streams_max = 256;
constexpr std::size_t ids_max = 64;
constexpr std::chrono::milliseconds waits_max{1};
/// An append that expects an old version of a stream written this recently waits for the next write.
constexpr std::chrono::milliseconds hot_for{10};

auto part_of(const routed_append& what) -> const stream_append& { return what.request.streams.front(); }

auto name_of(const routed_append& what) -> stream_name { return {what.logs.front().number, part_of(what).stream.key}; }

auto is_decided_by_a_version(const append_request& request) -> bool
{
    const auto& part = request.streams.front();
    return request.streams.size() == 1 && !part.events.empty() && expected_number(part.expected) >= 0 && !request.resend
           && !request.idempotency_key;
}

}  // namespace

/// Whether the stream has passed the version that an append expects, and none of the append's events is there already:
/// the ids at their places are known and are others.
auto contention::contended_stream::has_overtaken(const stream_append& part) const -> bool
{
    const auto expected = expected_number(part.expected);
    const auto before_known = version.number - static_cast<std::int64_t>(ids.size());
    if (expected >= version.number || expected < before_known) return false;
    for (std::size_t i = 0; i < part.events.size(); ++i) {
        const auto place = std::min(expected + 1 + static_cast<std::int64_t>(i), version.number);
        if (ids[static_cast<std::size_t>(place - before_known - 1)] == part.events[i].id) return false;
    }
    return true;
}

void contention::set_aside(std::vector<pending_append>& batch, moment now)
{
    if (streams_.empty()) return;
    std::set<std::pair<const contended_stream*, std::int64_t>> wanted;
    const auto is_lost = [&](const routed_append& what) {
        const auto* const stream = find(what);
        if (stream == nullptr || !is_decided_by_a_version(what.request)) return false;
        if (stream->has_overtaken(part_of(what))) return now <= stream->written_at + hot_for;
        const auto expected = expected_number(part_of(what).expected);
        return expected >= stream->version.number && !wanted.insert({stream, expected}).second;
    };
    std::vector<pending_append> sent;
    for (auto& one : batch) {
        if (is_lost(one.what)) waiting_.push_back({std::move(one), now + waits_max});
        else sent.push_back(std::move(one));
    }
    batch = std::move(sent);
}

void contention::note(const routed_append& what, const append_result& result, moment now)
{
    if (what.request.streams.size() != 1) return;
    if (const auto* refused = result ? nullptr : std::get_if<conflict>(&result.error()))
        note_conflict(what, refused->failed.front().actual);
    auto* const stream = find(what);
    if (stream == nullptr) return;
    if (result && !result->duplicate) note_written(*stream, what, result->streams.front(), now);
    if (!is_decided_by_a_version(what.request)) return;      // it may not have compared the version
    for (auto& one : waiting_) {
        if (name_of(one.append.what) != name_of(what)) continue;
        if (stream->has_overtaken(part_of(one.append.what))) one.found = stream->version;
        else if (!one.found) one.until = {};
    }
}

void contention::note_conflict(const routed_append& what, stream_version actual)
{
    if (streams_.size() == streams_max) streams_.clear();
    auto& stream = streams_[{what.logs.front().number, part_of(what).stream.key}];
    if (std::exchange(stream.version, actual) != actual) stream.ids.clear();
}

void contention::note_written(contended_stream& stream, const routed_append& what, const written& part, moment now)
{
    if (part.first_version != stream.version + 1) stream.ids.clear();
    for (const auto& event : part_of(what).events) stream.ids.push_back(event.id);
    while (stream.ids.size() > ids_max) stream.ids.pop_front();
    stream.version = part.last_version;
    stream.written_at = now;
}

auto contention::find(const routed_append& what) -> contended_stream*
{
    if (streams_.empty()) return nullptr;
    const auto found = streams_.find(name_of(what));
    return found == streams_.end() ? nullptr : &found->second;
}

auto contention::answer(moment now) -> std::vector<pending_append>
{
    std::vector<pending_append> unanswered;
    std::vector<waiting> left, answered;
    for (auto& one : waiting_) {
        const bool is_due = one.until <= now;
        if (one.found && (is_due || answered.empty())) answered.push_back(std::move(one));
        else if (is_due) unanswered.push_back(std::move(one.append));
        else left.push_back(std::move(one));
    }
    waiting_ = std::move(left);
    for (auto& one : answered) {
        const auto& part = part_of(one.append.what);
        one.append.done(append_result(std::unexpected(conflict{{{part.stream, part.expected, *one.found}}})));
    }
    return unanswered;
}

auto contention::due() const -> deadline { return waiting_.empty() ? deadline::max() : waiting_.front().until; }

void contention::forget()
{
    streams_.clear();
    for (auto& one : waiting_) one.found.reset();
}

}  // namespace annals::eventstore::postgres
