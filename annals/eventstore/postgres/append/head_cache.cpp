// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/head_cache.hpp>

#include <utility>

namespace annals::eventstore::postgres {

namespace {

constexpr std::size_t recent_streams_max = 131'072;    // about 17 MB, and the same for the older ones

}  // namespace

auto head_cache::log(std::int32_t number) const -> const log_head*
{
    const auto found = logs_.find(number);
    return found == logs_.end() || found->second.sole_calls < sole_writer_after_calls_ ? nullptr : &found->second.head;
}

auto head_cache::version(std::int32_t log, std::string_view key) const -> std::optional<std::int64_t>
{
    const stream_name name{log, key};
    if (const auto found = recent_.find(name); found != recent_.end()) return found->second;
    if (const auto found = older_.find(name); found != older_.end()) return found->second;
    return {};
}

void head_cache::add(appends all, std::span<const verdict> verdicts, std::optional<timestamp> recorded_at)
{
    ++call_;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const auto* result = std::get_if<append_result>(&verdicts[i]);
        if (!result || !*result || (*result)->duplicate) continue;
        auto next = (*result)->streams.begin();
        for (std::size_t j = 0; j < all[i]->logs.size(); ++j)
            if (!all[i]->request.streams[j].events.empty()) add(all[i]->logs[j].number, *next++, recorded_at);
    }
}

void head_cache::add(std::int32_t log, const written& part, std::optional<timestamp> recorded_at)
{
    auto& state = logs_[log];
    const bool is_next = part.first_position.number == state.head.position + 1;
    if (!is_next) state.sole_calls = 0;
    else if (state.last_call != call_) ++state.sole_calls;
    state.last_call = call_;
    state.head = {part.last_position.number, recorded_at};

    const auto cached = recent_.find(stream_name{log, part.stream.key});
    if (cached != recent_.end()) {
        cached->second = part.last_version.number;
        return;
    }
    if (recent_.size() >= recent_streams_max) older_ = std::exchange(recent_, {});
    recent_.emplace(std::pair(log, part.stream.key), part.last_version.number);
}

auto head_cache::compare(std::int32_t log, const log_head& found) -> bool
{
    const auto cached = logs_.find(log);
    if (cached != logs_.end() && cached->second.head.position == found.position) {
        cached->second.head = found;
        return true;
    }
    logs_.erase(log);
    return false;
}

void head_cache::forget(appends all)
{
    for (const auto* one : all)
        for (std::size_t i = 0; i < one->logs.size(); ++i) {
            const stream_name name{one->logs[i].number, one->request.streams[i].stream.key};
            logs_.erase(name.first);
            for (auto* streams : {&recent_, &older_})
                if (const auto found = streams->find(name); found != streams->end()) streams->erase(found);
        }
}

}  // namespace annals::eventstore::postgres
