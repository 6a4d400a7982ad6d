// SPDX-License-Identifier: Apache-2.0
#include <annals/app/existing_category.hpp>
#include <annals/app/joined.hpp>
#include <annals/app/program_types.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/commands/load.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/json.hpp>

#include <CLI/App.hpp>

namespace annals::cli {
namespace {

struct options {
    std::string stream, time;
    std::optional<std::int64_t> version;
};

auto find_type(const session& session, const std::string& category) -> const commands::aggregate_type&
{
    std::vector<std::string> names;
    for (const auto* const type : session.types().aggregates) {
        if (type->category == category) return *type;
        names.push_back(type->category);
    }
    if (names.empty())
        throw failure("this program knows no aggregates: their states are made by the code of a program",
                      "ask the program that handles " + category + ", which has the same command", exit_code::usage);
    throw failure("this program knows no aggregate of the category \"" + category + "\"",
                  app::did_you_mean(category, names, "it knows: " + app::joined(names)), exit_code::usage);
}

auto moment_of(const options& given) -> commands::moment
{
    if (given.version) return eventstore::stream_version{*given.version};
    if (given.time.empty()) return {};
    try {
        return eventstore::parse_timestamp(given.time);
    } catch (const eventstore::invalid_request& problem) {
        throw eventstore::invalid_request("--at-time: " + std::string(problem.what()));
    }
}

auto first_event_of(session& session, const eventstore::stream_id& stream) -> eventstore::recorded_event
{
    auto& store = session.store();
    auto found = store.read(stream, {.after = {}, .upto = {}, .events_max = 1});
    if (!found.empty()) return std::move(found.front());
    app::existing_category(store, stream.category);
    throw failure("there is no stream " + to_string(stream),
                  "`" + session.program() + " read " + stream.category + "` shows what the category has");
}

void print_for_people(const terminal& terminal, const std::string& stream, const eventstore::recorded_event& last,
                      const std::string& state)
{
    terminal.print(stream + " at version " + std::to_string(last.version.number) + ", after " + last.type + " of "
                   + eventstore::to_string(last.recorded_at) + "\n");
    const auto fields = eventstore::json::parse(state);
    if (fields.empty()) return;
    table lines({"field", "value"});
    for (const auto& [name, value] : fields.items())
        lines.add({name, value.is_string() ? cell(value.get<std::string>()) : cell(json_text{value.dump()})});
    terminal.print(lines);
}

auto show(session& session, const options& given) -> exit_code
{
    const auto stream = eventstore::parse_stream(given.stream);
    const auto& type = find_type(session, stream.category);
    const auto at = moment_of(given);
    const auto first = first_event_of(session, stream);
    const auto found = commands::state_at(session.store(), stream, type, at);
    if (found.version.number == 0)
        throw failure(given.stream + " did not exist at " + given.time,
                      "its first event was recorded at " + eventstore::to_string(first.recorded_at));
    const auto last = session.store().read(stream, {.after = found.version - 1, .upto = found.version}).front();
    const auto state = found.value->to_json();
    if (!state)
        throw failure("the fields of " + type.name + " are not described: its state cannot be shown",
                      "write ANNALS_FIELDS(" + type.name + ", …) below its struct");
    if (session.terminal().is_json()) {
        table line({"stream", "version", "last_type", "recorded_at", "state"});
        line.add(
            {given.stream, last.version.number, last.type, eventstore::to_string(last.recorded_at), json_text{*state}});
        session.terminal().print(line);
    } else {
        print_for_people(session.terminal(), given.stream, last, *state);
    }
    return exit_code::done;
}

}  // namespace

void add_aggregate(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("aggregate", "an aggregate's state, now or earlier")->group(group::events);
    verb->require_subcommand(1);
    auto* shown = verb->add_subcommand("show", "its state now, or at a version or a time");
    auto given = std::make_shared<options>();
    shown->add_option("STREAM", given->stream, "the stream: category-key, such as sample-S-1")->required();
    auto* version = shown->add_option("--at-version", given->version, "as it was after this many events")
                        ->type_name("N")
                        ->check(at_least(1));
    shown->add_option("--at-time", given->time, "as it was then, by what had been recorded: 2026-01-31T08:15:00Z")
        ->type_name("TIME")
        ->excludes(version);
    std::string known = "aggregates:";
    for (const auto* const type : session.types().aggregates) known += "\n  " + type->category;
    if (!session.types().aggregates.empty()) shown->footer(known);
    session.runs(*shown, [&session, given] { return show(session, *given); });
}

}  // namespace annals::cli
