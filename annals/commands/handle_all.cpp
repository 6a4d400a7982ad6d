// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/handle_all.hpp>

namespace annals::commands {

auto detail::alone(std::expected<accepted_together, refusal> answer) -> std::expected<accepted, refusal>
{
    if (!answer) return std::unexpected(std::move(answer.error()));
    auto& only = answer->streams.front();
    return accepted{.version = only.version,
                    .events = std::move(only.events),
                    .token = std::move(answer->token),
                    .duplicate = answer->duplicate};
}

auto handle(eventstore::store& store, const std::vector<command_for>& commands, const eventstore::metadata& origin,
            const handle_options& options) -> std::expected<accepted_together, refusal>
{
    return execute(store, commands, origin, options);
}

auto handle(eventstore::store& store, command_for first, command_for second, const eventstore::metadata& origin,
            const handle_options& options) -> std::expected<accepted_together, refusal>
{
    const command_for both[]{std::move(first), std::move(second)};
    return execute(store, both, origin, options);
}

}  // namespace annals::commands
