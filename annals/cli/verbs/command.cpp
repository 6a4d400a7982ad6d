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
    std::vector<std::string> others;         ///< stream, name and JSON of each
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

auto command_from(const session& session, const std::string& stream_text, const std::string& name,
                  const std::string& text) -> commands::command_for
{
    const auto stream = eventstore::parse_stream(stream_text);
    const auto& command = find_command(session.types(), stream.category, name);
    const auto json = text == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : text;
    auto read = command.read(stream.key, json);
    if (!read) throw failure(read.error().reason, {}, exit_code::usage);
    return *std::move(read);
}

auto commands_from(const session& session, const options& given) -> std::vector<commands::command_for>
{
    constexpr std::size_t words_each = 3;
    const auto& others = given.others;
    if (others.size() % words_each != 0)
        throw failure("each further command is three words: STREAM COMMAND JSON", {}, exit_code::usage);
    std::vector<commands::command_for> all{command_from(session, given.stream, given.name, given.json)};
    for (std::size_t i = 0; i < others.size(); i += words_each)
        all.push_back(command_from(session, others[i], others[i + 1], others[i + 2]));
    return all;
}

auto send(session& session, const options& given) -> exit_code
{
    const auto all = commands_from(session, given);
    eventstore::metadata origin;
    origin.user_id = given.user;
    origin.source_service = session.program();
    commands::handle_options how;
    how.idempotency_key = given.idempotency_key;
    const auto answer = commands::handle(session.store_to_append(), all, origin, how);
    if (!answer) {
        const auto& stream = answer.error().stream;
        throw failure("refused: " + (stream ? to_string(*stream) + ": " : "") + answer.error().reason);
    }
    table lines({"stream", "version", "events", "duplicate", "token"});
    for (const auto& one : answer->streams)
        lines.add({to_string(one.stream), one.version.number, static_cast<std::int64_t>(one.events.size()),
                   answer->duplicate, to_string(answer->token)});
    session.terminal().print(lines);
    return exit_code::done;
}

}  // namespace

void add_command(CLI::App& app, session& session)
{
    if (session.types().commands.empty()) return;
    auto* verb = app.add_subcommand("command", "carry out a command, or several together: all of them or none")
                     ->group(group::events);
    auto given = std::make_shared<options>();
    verb->add_option("STREAM", given->stream, "the stream: category-key, such as sample-S-1")->required();
    verb->add_option("COMMAND", given->name, "its name")->required();
    verb->add_option("JSON", given->json, "its fields, an object; - reads it from standard input; {} when left out");
    verb->add_option("OTHERS", given->others, "STREAM COMMAND JSON of each further command")->expected(0, -1);
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
