// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/process_managers/manager_state.hpp>
#include <annals/sagas/process_managers/process_manager.hpp>

#include <functional>
#include <optional>
#include <string>
#include <variant>

/// Refusals that a process manager answers itself: those of the commands in `using refusals = std::variant<…>`, with
/// `auto react(const sagas::refused<Command>&) const -> sagas::outgoing`.
namespace annals::sagas {

/// A command that was refused, as it is stored.
struct refused_command {
    std::string name, data;
    refused<std::string> rest;               ///< with the name as its command
};

/// What the process manager sends then; nothing when it leaves the refusal to operators. `state`: what is stored under
/// its key. Throws what `react` throws, and `mismatch` for what cannot be read.
using refusal_answer =
    std::function<std::optional<outgoing>(const refused_command&, const std::optional<std::string>& state)>;

namespace detail {

template <class Manager>
auto state_from(const std::optional<std::string>& stored, const std::string& key) -> Manager
{
    if constexpr (has_state<Manager>)
        if (stored) return decode_state<Manager>(*stored, key);
    return {};
}

template <class Manager, class Command>
void answer(const refused_command& given, const std::optional<std::string>& state, std::optional<outgoing>& to)
{
    if (given.name != commands::name_of<Command>()) return;
    const auto& rest = given.rest;
    const refused<Command> known{.command = facts::decode<Command>(given.data, given.name),
                                 .reason = rest.reason,
                                 .code = rest.code,
                                 .target = rest.target,
                                 .key = rest.key,
                                 .deadline = rest.deadline,
                                 .at = rest.at};
    to = state_from<Manager>(state, rest.key).react(known);
}

}  // namespace detail

/// Null when it answers none.
template <class Manager>
auto answer_of() -> refusal_answer
{
    if constexpr (requires { typename Manager::refusals; }) {
        return [](const refused_command& given, const std::optional<std::string>& state) {
            std::optional<outgoing> answer;
            [&]<class... Commands>(std::type_identity<std::variant<Commands...>>) {
                (detail::answer<Manager, Commands>(given, state, answer), ...);
            }(std::type_identity<typename Manager::refusals>{});
            return answer;
        };
    } else {
        return {};
    }
}

}  // namespace annals::sagas
