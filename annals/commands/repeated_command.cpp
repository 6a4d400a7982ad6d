// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/repeated_command.hpp>

#include <annals/eventstore/reading.hpp>

#include <algorithm>
#include <variant>

namespace annals::commands {

using namespace eventstore;

namespace {

auto found_in(store& events, const written& part) -> accepted_stream
{
    accepted_stream result{.stream = part.stream, .version = part.last_version};
    for (const auto& event :
         events_of(events, part.stream, {.after = {part.first_version.number - 1}, .upto = part.last_version}))
        result.events.push_back(event.id);
    return result;
}

/// A stream that the command did not write.
auto unchanged(store& events, const stream_id& stream) -> accepted_stream
{
    const auto last = events.read(stream, {.after = {}, .upto = {}, .events_max = 1, .order = direction::backwards});
    return {.stream = stream, .version = last.empty() ? stream_version{} : last.front().version};
}

}  // namespace

auto use_of(const std::optional<std::string>& idempotency_key, std::span<const command_for> commands) -> key_use
{
    if (!idempotency_key) return {};
    std::string all;
    for (const auto& one : commands)
        all += (all.empty() ? "" : "\n") + to_string(one.stream) + " " + one.command->described();
    return {idempotency_key, all};
}

auto done_before(store& events, std::span<const command_for> commands, const append_result& before)
    -> std::expected<accepted_together, refusal>
{
    if (!before) return std::unexpected(refuse(to_string(before.error()), codes::key_reused));
    accepted_together result{.streams = {}, .token = before->token(), .duplicate = true};
    for (const auto& one : commands) {
        if (std::ranges::find(result.streams, one.stream, &accepted_stream::stream) != result.streams.end()) continue;
        const auto part = std::ranges::find(before->streams, one.stream, &written::stream);
        result.streams.push_back(part == before->streams.end() ? unchanged(events, one.stream)
                                                               : found_in(events, *part));
    }
    return result;
}

}  // namespace annals::commands
