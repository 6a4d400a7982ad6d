// SPDX-License-Identifier: Apache-2.0
#include <annals/app/joined.hpp>
#include <annals/app/program_types.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>

#include <CLI/App.hpp>

#include <iostream>
#include <iterator>

namespace annals::cli {
namespace {

struct options {
    std::string stream, name;
    std::string json = "{}";
    std::string user;
    std::optional<std::string> idempotency_key;
};

auto find_command(const app::program_types& types, const std::string& category, const std::string& name)
    -> const commands::json_command&
{
    std::vector<std::string> names;
    for (const auto& command : types.commands) {
        if (command.category == category && command.name == name) return command;
        if (command.category == category) names.push_back(command.name);
    }
    if (names.empty()) throw failure("this program has no commands for " + category, {}, exit_code::usage);
    throw failure(category + " has no command \"" + name + "\"",
                  app::did_you_mean(name, names, "it has: " + app::joined(names)), exit_code::usage);
}

auto send(session& session, const options& given) -> exit_code
{
    const auto stream = eventstore::parse_stream(given.stream);
    const auto& command = find_command(session.types(), stream.category, given.name);
    const auto json = given.json == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : given.json;
    eventstore::metadata origin;
    origin.user_id = given.user;
    origin.source_service = session.program();
    commands::handle_options how;
    how.idempotency_key = given.idempotency_key;
    const auto answer = command.handle(session.store_to_append(), stream.key, json, origin, how);
    if (!answer) {
        const bool malformed = answer.error().code == commands::codes::malformed;
        throw failure((malformed ? "" : "refused: ") + answer.error().reason, {},
                      malformed ? exit_code::usage : exit_code::failed);
    }
    table lines({"stream", "version", "events", "duplicate", "token"});
    lines.add({given.stream, answer->version.number, static_cast<std::int64_t>(answer->events.size()),
               answer->duplicate, to_string(answer->token)});
    session.terminal().print(lines);
    return exit_code::done;
}

}  // namespace

void add_command(CLI::App& app, session& session)
{
    if (session.types().commands.empty()) return;
    auto* verb = app.add_subcommand("command", "carry out a command on an aggregate")->group(group::events);
    auto given = std::make_shared<options>();
    verb->add_option("STREAM", given->stream, "the stream: category-key, such as sample-S-1")->required();
    verb->add_option("COMMAND", given->name, "its name")->required();
    verb->add_option("JSON", given->json, "its fields, an object; - reads it from standard input; {} when left out");
    verb->add_option("--user", given->user, "on whose behalf: kept with the events")->type_name("NAME");
    verb->add_option("--idempotency-key", given->idempotency_key,
                     "sent again with the same key, it is carried out once")
        ->type_name("KEY");
    std::string known = "commands:";
    for (const auto& command : session.types().commands) known += "\n  " + command.category + "  " + command.name;
    verb->footer(known);
    session.runs(*verb, [&session, given] { return send(session, *given); });
}

}  // namespace annals::cli
