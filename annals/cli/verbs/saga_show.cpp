// SPDX-License-Identifier: Apache-2.0
#include <annals/app/joined.hpp>
#include <annals/cli/saga_reference.hpp>
#include <annals/cli/saga_tree.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/terminal/duration_text.hpp>
#include <annals/cli/terminal/text_width.hpp>
#include <annals/cli/verbs/saga_verbs.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/operations/saga_runners.hpp>
#include <annals/sagas/advance/possible_acts.hpp>
#include <annals/sagas/orchestrator/stored_facts.hpp>

#include <CLI/App.hpp>

#include <algorithm>

namespace annals::cli {
namespace {

using eventstore::json;
using operations::saga_step_row, operations::saga_track, operations::saga_request_row;

/// What is shown, in the order in which people read it.
struct page {
    operations::saga_row of;
    sagas::plan plan;
    std::vector<saga_step_row> steps;                ///< of the definition, all of them
    std::optional<eventstore::timestamp> due;
    std::vector<saga_request_row> requests;
    std::vector<sagas::possible_act> acts;
    std::string why_nobody;                          ///< empty: a process runs its type
};

auto time_cell(const std::optional<eventstore::timestamp>& time) -> cell
{
    return time ? cell(eventstore::to_string(*time)) : cell{};
}

auto seconds_cell(const saga_track& of) -> cell
{
    if (!of.started_at || !of.ended_at) return {};
    return std::chrono::duration<double>(*of.ended_at - *of.started_at).count();
}

/// What a step asks, or waits for.
auto service_of(const sagas::step& of) -> std::string
{
    if (!of.signal.empty()) return "signal " + of.signal;
    return of.saga.empty() ? of.service : "saga " + of.saga;
}

/// `close`, and when it was asked for also how far it is: `close: done, 2 attempts`.
auto undoing_text(const sagas::step& of, const saga_track& backward) -> cell
{
    if (!of.compensation.is_needed()) return {};
    auto text = of.compensation.action();
    if (backward.status != "waiting" || backward.attempts > 0) text += ": " + backward.status;
    if (backward.attempts > 1) text += ", " + std::to_string(backward.attempts) + " attempts";
    return text;
}

auto tree_of(const page& shown) -> table
{
    table lines({"step", "asks", "status", "attempts", "started_at", "seconds", "undone_by", "error"});
    for (const auto& [i, text] : saga_tree(shown.plan)) {
        const auto& [step, service, result, forward, backward] = shown.steps[i];
        lines.add({text, service_of(shown.plan.at(i)), forward.status, forward.attempts, time_cell(forward.started_at),
                   seconds_cell(forward), undoing_text(shown.plan.at(i), backward),
                   cell_of(backward.error.empty() ? forward.error : backward.error)});
    }
    return lines;
}

auto undoing_object(const sagas::step& of, const saga_track& backward) -> cell
{
    if (!of.compensation.is_needed()) return {};
    table one({"action", "status", "attempts", "started_at", "ended_at", "seconds", "error"});
    one.add({of.compensation.action(), backward.status, backward.attempts, time_cell(backward.started_at),
             time_cell(backward.ended_at), seconds_cell(backward), cell_of(backward.error)});
    const auto list = one.json_list().text;
    return json_text{list.substr(1, list.size() - 2)};
}

auto step_objects(const page& shown) -> table
{
    table lines({"step", "after", "asks", "status", "attempts", "started_at", "ended_at", "seconds", "error", "result",
                 "compensation"});
    for (std::size_t i = 0; i < shown.plan.size(); ++i) {
        const auto& [step, service, result, forward, backward] = shown.steps[i];
        lines.add({step, shown.plan.at(i).after, service_of(shown.plan.at(i)), forward.status, forward.attempts,
                   time_cell(forward.started_at), time_cell(forward.ended_at), seconds_cell(forward),
                   cell_of(forward.error), result.empty() ? cell{} : cell(json_text{result}),
                   undoing_object(shown.plan.at(i), backward)});
    }
    return lines;
}

auto requests_of(const page& shown) -> table
{
    table lines({"request", "asked_at", "asked_for", "of", "by", "answer", "reason"});
    for (const auto& one : shown.requests) {
        const auto input = json::parse(one.input, nullptr, false);
        const auto member = [&](const char* name) {
            return input.is_object() && input.contains(name) && input[name].is_string() ? input[name].get<std::string>()
                                                                                        : std::string();
        };
        lines.add({one.number, eventstore::to_string(one.asked_at), one.kind,
                   cell_of(member(one.kind == "signal" ? "name" : "step")), cell_of(member("by")),
                   !one.taken_at         ? "waiting"
                   : one.refusal.empty() ? "done"
                                         : one.refusal,
                   cell_of(member("reason"))});
    }
    return lines;
}

void print_object(const terminal& terminal, const page& shown)
{
    const auto& of = shown.of;
    table acts({"verb", "of"});
    for (const auto& [verb, what] : shown.acts) acts.add({verb, cell_of(what)});
    table all({"saga_type", "saga_id", "status", "current_steps", "started_at", "completed_at", "changed_at", "seconds",
               "error", "context", "definition_version", "started_by", "parent", "due_at", "is_run", "steps",
               "requests", "possible"});
    all.add(
        {of.type, of.id, of.status, of.current_steps, eventstore::to_string(of.started_at), time_cell(of.completed_at),
         eventstore::to_string(of.changed_at), std::chrono::duration<double>(of.age()).count(), cell_of(of.error),
         json_text{of.context}, of.definition_version, cell_of(of.started_by), cell_of(of.parent), time_cell(shown.due),
         shown.why_nobody.empty(), step_objects(shown).json_list(), requests_of(shown).json_list(), acts.json_list()});
    terminal.print(all);
}

/// `visit V-1: running`, and since when.
auto heading(const operations::saga_row& of) -> std::string
{
    const auto age = age_text(std::chrono::duration<double>(of.age()).count());
    auto text = of.type + " " + of.id + ": " + of.status + (of.is_over() ? " after " + age : std::string()) + "\n";
    text += of.is_over() ? std::string("started at ") : "started " + age + " ago, at ";
    text += eventstore::to_string(of.started_at);
    if (!of.started_by.empty()) text += " by " + of.started_by;
    text += ", version " + std::to_string(of.definition_version);
    if (!of.parent.empty()) text += ", a step of " + of.parent;
    return text;
}

auto command_for(const std::string& program, const operations::saga_row& of, const sagas::possible_act& act)
    -> std::string
{
    auto line = program + " sagas " + act.verb + " " + of.id;
    if (!act.of.empty()) line += " " + act.of;
    return line + (act.verb == "signal" ? " '{…}'" : " --reason …");
}

void print_page(const session& session, const page& shown)
{
    const auto& terminal = session.terminal();
    const auto& of = shown.of;
    auto text = heading(of) + "\n";
    if (!of.error.empty()) text += "error: " + printable(of.error) + "\n";
    text += "context: " + printable(of.context) + "\n";
    if (shown.due) text += "goes on by itself at " + eventstore::to_string(*shown.due) + "\n";
    terminal.print(text + "\n");
    terminal.print(tree_of(shown));
    if (!shown.requests.empty()) {
        terminal.print("\nrequests of the last day\n");
        terminal.print(requests_of(shown));
    }
    if (of.is_over()) return;
    std::string acts;
    for (const auto& one : shown.acts) acts += "  " + command_for(session.program(), of, one) + "\n";
    if (!acts.empty()) terminal.print("\nwhat can be asked for\n" + acts);
    if (!shown.why_nobody.empty()) terminal.warn(shown.why_nobody);
}

/// A saga that nobody has begun has no rows for its steps yet.
auto steps_of(operations::saga_table& stored, const operations::saga_row& of, const sagas::plan& plan)
    -> std::vector<saga_step_row>
{
    auto all = stored.steps(of.type, of.id);
    if (all.empty())
        for (const auto& one : plan.of().steps)
            all.push_back({.step = one.id, .service = one.service, .result = {}, .forward = {}, .backward = {}});
    if (all.size() != plan.size())
        throw failure("the rows of the saga " + of.id + " are not those of version "
                          + std::to_string(of.definition_version),
                      "compare them with its events: verify --sagas");
    return all;
}

auto show(session& session, const saga_reference& named) -> exit_code
{
    const auto& dsn = session.configuration().dsn();
    operations::saga_table stored(dsn);
    const auto of = existing_saga(session, stored, named);
    auto plan = registered_plan(session, stored, of.type, of.definition_version);
    const auto saga = sagas::instance_from(plan, sagas::read_saga(session.store(), of.type, of.id));
    libpq::connection log(dsn, "sagas");
    const operations::saga_runners runners(log);
    const page shown{.of = of,
                     .plan = plan,
                     .steps = steps_of(stored, of, plan),
                     .due = stored.due(of.type, of.id),
                     .requests = stored.requests(of.type, of.id).value_or(std::vector<saga_request_row>{}),
                     .acts = sagas::possible_acts(plan, saga),
                     .why_nobody = runners.is_run(of.type) ? std::string() : runners.why_not(of.type)};
    if (session.terminal().is_json()) print_object(session.terminal(), shown);
    else print_page(session, shown);
    return exit_code::done;
}

}  // namespace

void add_saga_show(CLI::App& group, session& session)
{
    auto* verb = group.add_subcommand("show", "one saga: its steps as a tree, errors, and what can be done");
    auto named = std::make_shared<saga_reference>();
    add_reference(*verb, *named);
    verb->footer("A step is shown below the last of those that it comes after; UNDONE BY is its compensation.\n"
                 "What can be asked for is what would not be refused now.");
    session.runs(*verb, [&session, named] { return show(session, *named); });
}

}  // namespace annals::cli
