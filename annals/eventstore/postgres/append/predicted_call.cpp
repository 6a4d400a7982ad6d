// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/predicted_call.hpp>

#include <annals/eventstore/postgres/event_columns.hpp>

#include <algorithm>

namespace annals::eventstore::postgres {

using namespace libpq;

auto predicted_call::plan(appends all, const head_cache& heads) -> std::optional<predicted_call>
{
    predicted_call call(all, heads);
    for (const auto* one : all)
        if (!call.add(*one)) return {};
    return call;
}

auto predicted_call::add(const routed_append& one) -> bool
{
    const auto& request = one.request;
    if (request.resend || request.idempotency_key) return false;
    auto& result = results_.emplace_back();
    for (std::size_t i = 0; i < request.streams.size(); ++i) {
        const auto& part = request.streams[i];
        const auto& log = one.logs[i];
        const auto* end = heads_->log(log.number);
        if (!end || part.events.empty()) return false;
        const auto before = version_before(log.number, part);
        if (!before || !part.expected.allows({*before})) return false;
        auto& position = positions_.try_emplace(log.number, end->position).first->second;
        const auto count = static_cast<std::int64_t>(part.events.size());
        result.streams.push_back({.stream = part.stream,
                                  .first_version = {*before + 1},
                                  .last_version = {*before + count},
                                  .log = {part.stream.category, log.partition},
                                  .first_position = {position + 1},
                                  .last_position = {position + count}});
        versions_[{log.number, part.stream.key}] = *before + count;
        position += count;
    }
    return true;
}

auto predicted_call::version_before(std::int32_t log, const stream_append& part) -> std::optional<std::int64_t>
{
    const stream_name name{log, part.stream.key};
    if (const auto found = versions_.find(name); found != versions_.end()) return found->second;
    if (const auto version = heads_->version(log, part.stream.key)) return version;
    const auto expected = expected_number(part.expected);
    if (expected < 0) return {};
    if (expected > 0) to_be_there_.emplace_back(name, expected);
    return expected;
}

auto predicted_call::logs_without_time() const -> std::vector<std::int32_t>
{
    std::vector<std::int32_t> logs;
    for (const auto& [log, position] : positions_)
        if (!heads_->log(log)->recorded_at) logs.push_back(log);
    return logs;
}

auto predicted_call::is_one_event() const -> bool
{
    return all_.size() == 1 && all_.front()->request.streams.size() == 1
           && all_.front()->request.streams.front().events.size() == 1 && to_be_there_.empty();
}

auto predicted_call::last_written() const -> timestamp
{
    timestamp last{};
    for (const auto& [log, position] : positions_) last = std::max(last, *heads_->log(log)->recorded_at);
    return last;
}

auto predicted_call::parameters_for(std::int64_t table) const -> parameters
{
    return is_one_event() ? parameters_of_one(table) : parameters_of_all(table);
}

auto predicted_call::parameters_of_one(std::int64_t table) const -> parameters
{
    const auto& to = results_.front().streams.front();
    auto values = parameters::of(all_.front()->logs.front().number, to.stream.key, to.first_version.number,
                                 to.first_position.number, last_written(), table);
    add_event(values, all_.front()->request.streams.front().events.front());
    return values;
}

auto predicted_call::parameters_of_all(std::int64_t table) const -> parameters
{
    auto logs = array::of<std::int32_t>();
    for (const auto& [log, position] : positions_) logs.add(std::int32_t{log});

    auto there_log = array::of<std::int32_t>();
    auto there_key = array::of<std::string_view>();
    auto there_version = array::of<std::int64_t>();
    for (const auto& [stream, version] : to_be_there_) {
        there_log.add(std::int32_t{stream.first});
        there_key.add(stream.second);
        there_version.add(std::int64_t{version});
    }

    auto log = array::of<std::int32_t>();
    auto key = array::of<std::string_view>();
    auto version = array::of<std::int64_t>();
    auto position = array::of<std::int64_t>();
    event_columns events;
    for (std::size_t i = 0; i < all_.size(); ++i)
        for (std::size_t j = 0; j < results_[i].streams.size(); ++j) {
            const auto& to = results_[i].streams[j];
            std::int64_t n = 0;
            for (const auto& event : all_[i]->request.streams[j].events) {
                log.add(all_[i]->logs[j].number);
                key.add(std::string_view(to.stream.key));
                version.add(to.first_version.number + n);
                position.add(to.first_position.number + n);
                events.add(event);
                ++n;
            }
        }

    auto values =
        parameters::of(std::move(logs), std::move(there_log), std::move(there_key), std::move(there_version),
                       last_written(), table, std::move(log), std::move(key), std::move(version), std::move(position));
    std::move(events).move_to(values);
    return values;
}

auto predicted_call::verdicts() && -> std::vector<verdict>
{
    std::vector<verdict> all;
    all.reserve(results_.size());
    for (auto& result : results_) all.emplace_back(append_result(std::move(result)));
    return all;
}

}  // namespace annals::eventstore::postgres
