// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/append/overtaken_appends.hpp>

#include <set>

namespace annals::eventstore::postgres {

namespace {

constexpr std::chrono::milliseconds waits_max{1};
/// An append that expects an old version of a stream written this recently waits for the next write.
constexpr std::chrono::milliseconds hot_for{10};

auto stream_of(const routed_append& what) -> const stream_append& { return what.request.streams.front(); }

}  // namespace

void overtaken_appends::set_aside(std::vector<pending_append>& batch, moment now)
{
    if (hot_.empty()) return;
    std::set<std::pair<const hot_stream*, std::int64_t>> wanted;
    const auto is_lost = [&](const routed_append& what) {
        const auto* const stream = hot_.find(what);
        if (stream == nullptr) return false;
        if (stream->has_overtaken(stream_of(what))) return now <= stream->written_at + hot_for;
        const auto expected = expected_number(stream_of(what).expected);
        return expected >= stream->version.number && !wanted.insert({stream, expected}).second;
    };
    std::vector<pending_append> sent;
    for (auto& one : batch) {
        if (is_lost(one.what)) waiting_.push_back({std::move(one), now + waits_max});
        else sent.push_back(std::move(one));
    }
    batch = std::move(sent);
}

void overtaken_appends::note(const routed_append& what, const append_result& result, moment now)
{
    hot_.note(what, result, now);
    if (waiting_.empty()) return;
    const auto* const stream = hot_.find(what);
    if (stream == nullptr) return;
    for (auto& one : waiting_) {
        const auto& part = stream_of(one.append.what);
        if (part.stream != stream_of(what).stream) continue;
        if (stream->has_overtaken(part)) one.found = stream->version;
        else if (!one.found) one.until = {};
    }
}

auto overtaken_appends::answer(moment now) -> std::vector<pending_append>
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
        const auto& part = stream_of(one.append.what);
        one.append.done(append_result(std::unexpected(conflict{{{part.stream, part.expected, *one.found}}})));
    }
    return unanswered;
}

auto overtaken_appends::due() const -> deadline { return waiting_.empty() ? deadline::max() : waiting_.front().until; }

void overtaken_appends::forget()
{
    hot_.forget();
    for (auto& one : waiting_) one.found.reset();
}

}  // namespace annals::eventstore::postgres
