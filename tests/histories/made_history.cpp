// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/made_history.hpp>

#include <algorithm>

namespace annals::histories {

using namespace eventstore;

made_history::made_history() : all{.category = {"account", 1}, .logs = {{}}}
{
    append("a", expected_version::no_stream(), 2);
    append("b", expected_version::any(), 1);
    all.appends.push_back({.when = next_call(1),
                           .request = {.streams = {{stream("a"), expected_version::exactly({1}), {{.type = "moved"}}}}},
                           .how = ending::answered,
                           .result = std::unexpected(conflict{{{stream("a"), expected_version::exactly({1}), {2}}}})});
    append("a", expected_version::exactly({2}), 1).request.idempotency_key = "key";
    auto again = all.appends.back();
    again.when = next_call(2);
    again.result->duplicate = true;
    all.appends.push_back(std::move(again));

    const auto& log = all.logs.front();
    all.stream_reads.push_back(
        {.when = next_call(1), .stream = stream("a"), .range = {}, .events = {log[0], log[1], log[3]}});
    all.log_reads.push_back({.when = next_call(1), .from = {{"account", 0}, {0}}, .page = {}, .events = log});
    all.heads_reads.push_back({.when = next_call(2), .heads = {{4}}});
    all.key_reads.push_back(
        {.when = next_call(2), .idempotency_key = "key", .found = all.appends[second].result.value()});
    all.followers.push_back(log);
}

auto made_history::append(const std::string& key, expected_version expected, int events) -> append_call&
{
    auto& log = all.logs.front();
    const auto position = static_cast<std::int64_t>(log.size());
    const auto version = std::ranges::count(log, stream(key), &recorded_event::stream);
    stream_append part{stream(key), expected, {}};
    for (int n = 1; n <= events; ++n) {
        const auto& sent = part.events.emplace_back(new_event{.type = "moved"});
        log.push_back({.id = sent.id,
                       .stream = part.stream,
                       .version = {version + n},
                       .position = {position + n},
                       .type = sent.type,
                       .data = sent.data,
                       .metadata = sent.metadata,
                       .recorded_at = timestamp{std::chrono::microseconds{position + n}}});
    }
    const written told{.stream = part.stream,
                       .first_version = {version + 1},
                       .last_version = {version + events},
                       .log = {all.category.name, 0},
                       .first_position = {position + 1},
                       .last_position = {position + events}};
    return all.appends.emplace_back(append_call{.when = next_call(1),
                                                .request = {.streams = {std::move(part)}},
                                                .how = ending::answered,
                                                .result = appended{.streams = {told}}});
}

auto made_history::next_call(int client) -> call
{
    clock_ += 2;
    return {.client = client, .invoked = clock_ - 1, .returned = clock_};
}

}  // namespace annals::histories
