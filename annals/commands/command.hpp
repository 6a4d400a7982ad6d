// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/handle_all.hpp>
#include <annals/eventstore/payload_check.hpp>
#include <annals/facts/decode.hpp>

#include <expected>
#include <functional>
#include <string>
#include <string_view>

namespace annals::commands {

/// A command's name outside the program: its type's name without the namespace.
template <facts::described_struct Command>
auto name_of() -> std::string
{
    return short_name<Command>();
}

/// Reads a command strictly: refuses text that is not JSON, unknown fields, values that do not fit, and a field that is
/// missing unless it is a `std::optional`. Says which and where.
template <facts::described_struct Command>
auto parse(std::string_view text) -> std::expected<Command, refusal>
{
    const auto name = name_of<Command>();
    if (const auto fault = eventstore::fault_of_payload(text))
        return std::unexpected(refuse(name + ": the text " + *fault, codes::malformed));
    try {
        return facts::decode<Command>(text, name, facts::strictness::strict);
    } catch (const facts::undecodable& problem) {
        return std::unexpected(refuse(problem.what(), codes::malformed));
    }
}

/// A command that may arrive as JSON, such as `create_sample` for `sample`.
struct json_command {
    std::string category;
    std::string name;
    /// The command for the aggregate with this key; `codes::malformed` when the text does not fit.
    std::function<std::expected<command_for, refusal>(std::string key, std::string_view json)> read;

    auto handle(eventstore::store& store, std::string key, std::string_view json, const eventstore::metadata& origin,
                const handle_options& options) const -> std::expected<accepted, refusal>
    {
        const auto command = read(std::move(key), json);
        if (!command) return std::unexpected(command.error());
        return detail::alone(execute(store, {&*command, 1}, origin, options));
    }
};

template <class Aggregate, class Command>
auto as_json_command() -> json_command
{
    static_assert(facts::described_struct<Command>,
                  "annals: a command that arrives as JSON needs ANNALS_FIELDS below its struct");
    if constexpr (!facts::described_struct<Command>) {
        std::terminate();
    } else if constexpr (detail::decides<Aggregate, Command>()) {
        return {.category = std::string(Aggregate::category),
                .name = name_of<Command>(),
                .read = [](std::string key, std::string_view json) -> std::expected<command_for, refusal> {
                    auto command = parse<Command>(json);
                    if (!command) return std::unexpected(command.error());
                    return on<Aggregate>(std::move(key), *std::move(command));
                }};
    } else {
        std::terminate();
    }
}

}  // namespace annals::commands
