// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/overtaken_appends.hpp>

#include <algorithm>
#include <set>

namespace annals::eventstore::postgres {
namespace {

constexpr std::chrono::milliseconds waits_max{1};
/// Who expects an old version of a stream that was written this lately waits for what is written next.
constexpr std::chrono::milliseconds hot_for{10};

auto stream_of(const addressed_request& what) -> const stream_append& { return what.request.streams.front(); }

}  // namespace

void overtaken_appends::set_aside(std::vector<pending_append>& batch, moment now)
{
    std::set<std::pair<const hot_stream*, std::int64_t>> sent;
    const auto keep = [&](const pending_append& one) {
        const auto* const stream = hot_.find(one.what);
        if (stream == nullptr) return true;
        const auto& part = stream_of(one.what);
        if (stream->has_overtaken(part)) return now > stream->written_at + hot_for;
        const auto expected = expected_number(part.expected);
        return expected < stream->version.number || sent.insert({stream, expected}).second;
    };
    const auto aside = std::ranges::stable_partition(batch, keep);
    for (auto& one : aside) waiting_.push_back({std::move(one), now + waits_max});
    batch.erase(aside.begin(), aside.end());
}

void overtaken_appends::note(const addressed_request& what, const append_result& result, moment now)
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
    if (waiting_.empty()) return unanswered;
    bool is_first = true;
    const auto waits = [&](const waiting& one) {
        if (one.until <= now) return false;
        return !one.found || !std::exchange(is_first, false);
    };
    const auto leaving = std::ranges::stable_partition(waiting_, waits);
    std::vector<waiting> gone(std::make_move_iterator(leaving.begin()), std::make_move_iterator(leaving.end()));
    waiting_.erase(leaving.begin(), leaving.end());
    for (auto& [append, until, found] : gone) {
        if (!found) unanswered.push_back(std::move(append));
        else {
            const auto& part = stream_of(append.what);
            append.done(append_result(std::unexpected(conflict{{{part.stream, part.expected, *found}}})));
        }
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
