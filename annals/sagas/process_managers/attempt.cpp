// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/process_managers/attempt.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/metadata_codec.hpp>
#include <annals/processors/failure.hpp>

#include <algorithm>
#include <new>
#include <system_error>

namespace annals::sagas {
namespace {

using result = carried::result;

/// Whether an exception is about the command or its target, and not about a server or this process.
auto blames_command(const std::exception& problem) -> bool
{
    if (dynamic_cast<const eventstore::error*>(&problem) != nullptr)
        return dynamic_cast<const eventstore::invalid_request*>(&problem) != nullptr
               || dynamic_cast<const eventstore::mismatch*>(&problem) != nullptr;
    return dynamic_cast<const std::bad_alloc*>(&problem) == nullptr
           && dynamic_cast<const std::system_error*>(&problem) == nullptr;
}

void refuse(carried& one, std::string reason, std::string code)
{
    one.came_to = result::refused;
    one.reason = std::move(reason);
    one.code = std::move(code);
}

void handle(carried& one, const commands::json_command& known, const command_handler& handler)
{
    const auto& command = one.command;
    const auto read = known.read(command.target.key, command.data);
    if (!read) return refuse(one, read.error().reason, read.error().code);
    const auto origin = eventstore::decode_metadata(command.metadata);
    const auto answer = handler(*read, origin, {.idempotency_key = command.idempotency_key});
    if (answer) return;
    refuse(one, answer.error().reason, answer.error().code);
    if (answer.error().code == commands::codes::contended) one.came_to = result::failed;
}

}  // namespace

auto attempt(due_command command, const std::vector<commands::json_command>& commands, const command_handler& handler)
    -> carried
{
    carried one{.command = std::move(command)};
    const auto is_it = [&](const commands::json_command& known) {
        return known.category == one.command.target.category && known.name == one.command.command;
    };
    const auto known = std::ranges::find_if(commands, is_it);
    if (known == commands.end()) {
        refuse(one,
               "this program has no command " + one.command.command + " for " + one.command.target.category
                   + ": name it in .aggregate<…>()",
               codes::not_known);
        return one;
    }
    try {
        handle(one, *known, handler);
    } catch (const eventstore::unavailable& problem) {
        one.came_to = result::away;
        one.reason = processors::one_line(problem);
    } catch (const std::exception& problem) {
        refuse(one, processors::one_line(problem), codes::not_possible);
        if (!blames_command(problem)) one.came_to = result::failed;
    }
    return one;
}

}  // namespace annals::sagas
