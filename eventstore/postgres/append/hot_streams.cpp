// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/append/hot_streams.hpp>

#include <algorithm>

namespace annals::eventstore::postgres {

namespace {

constexpr std::size_t streams_max = 256;
constexpr std::size_t ids_max = 64;

auto name_of(const routed_append& what) -> stream_name
{
    return {what.logs.front().number, what.request.streams.front().stream.key};
}

auto is_decided_by_a_version(const append_request& request) -> bool
{
    const auto& part = request.streams.front();
    return request.streams.size() == 1 && !part.events.empty() && expected_number(part.expected) >= 0 && !request.resend
           && !request.idempotency_key;
}

}  // namespace

auto hot_stream::has_overtaken(const stream_append& part) const -> bool
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

void hot_streams::note(const routed_append& what, const append_result& result,
                       std::chrono::steady_clock::time_point now)
{
    if (what.request.streams.size() != 1) return;
    if (result) {
        if (result->duplicate || streams_.empty()) return;
        const auto found = streams_.find(name_of(what));
        if (found == streams_.end()) return;
        auto& [version, ids, written_at] = found->second;
        const auto& written = result->streams.front();
        if (written.first_version.number != version.number + 1) ids.clear();
        for (const auto& event : what.request.streams.front().events) ids.push_back(event.id);
        while (ids.size() > ids_max) ids.pop_front();
        version = written.last_version;
        written_at = now;
    } else if (const auto* refused = std::get_if<conflict>(&result.error())) {
        if (streams_.size() == streams_max) streams_.clear();
        const auto actual = refused->failed.front().actual;
        auto& stream = streams_[{what.logs.front().number, what.request.streams.front().stream.key}];
        if (std::exchange(stream.version, actual) != actual) stream.ids.clear();
    }
}

auto hot_streams::find(const routed_append& what) const -> const hot_stream*
{
    if (!is_decided_by_a_version(what.request)) return nullptr;
    const auto found = streams_.find(name_of(what));
    return found == streams_.end() ? nullptr : &found->second;
}

}  // namespace annals::eventstore::postgres
