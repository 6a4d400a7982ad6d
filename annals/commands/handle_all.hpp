// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/handle.hpp>

#include <exception>
#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Commands for several aggregates, carried out together: all of them, or none.
namespace annals::commands {

/// A command for the aggregate with this key.
template <class Aggregate, class Command>
auto on(std::string key, Command command) -> command_for
{
    if constexpr (detail::decides<Aggregate, Command>())
        return {{std::string(Aggregate::category), std::move(key)},
                std::make_shared<detail::typed_command<Aggregate, Command, Command>>(std::move(command))};
    else std::terminate();
}

/// Carries out all the commands in one append, or none:
///
///     handle(store, on<bike>("B-1", rent_bike{"C-1"}), on<customer>("C-1", take_bike{"B-1"}), {.user_id = "ada"});
///
/// They decide in their order; the first that refuses says so for all, with its stream in the refusal. What was decided
/// holds for all streams at one moment, also for those that change nothing. Otherwise like `handle` for one aggregate.
/// docs/decisions/0034.
[[nodiscard]] auto handle(eventstore::store&, const std::vector<command_for>&, const eventstore::metadata& origin = {},
                          const handle_options& = {}) -> std::expected<accepted_together, refusal>;

[[nodiscard]] auto handle(eventstore::store&, command_for first, command_for second,
                          const eventstore::metadata& origin = {}, const handle_options& = {})
    -> std::expected<accepted_together, refusal>;

}  // namespace annals::commands
