// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/at_least.hpp>
#include <annals/cli/saga_reference.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/saga_verbs.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/operations/saga_runners.hpp>
#include <annals/sagas/definition/definition_json.hpp>
#include <annals/sagas/definition/diagram.hpp>

#include <CLI/App.hpp>

namespace annals::cli {
namespace {

auto definitions(session& session) -> exit_code
{
    const auto& dsn = session.configuration().dsn();
    operations::saga_table stored(dsn);
    libpq::connection log(dsn, "sagas");
    const operations::saga_runners runners(log);
    const bool is_json = session.terminal().is_json();
    std::vector<std::string> columns{"saga_type", "version",   "steps",         "started_by",
                                     "active",    "processes", "registered_at", "description"};
    if (is_json) columns.emplace_back("definition");
    table lines(columns);
    for (const auto& one : stored.definitions()) {
        const auto of = sagas::stored_definition(one.definition);
        std::vector<std::string> steps;
        for (const auto& step : of.steps) steps.push_back(step.id);
        std::vector<cell> row{one.type,
                              one.version,
                              steps,
                              of.started_by ? cell(of.started_by->type) : cell{},
                              one.active,
                              runners.count(one.type),
                              eventstore::to_string(one.registered_at),
                              cell_of(of.description)};
        if (is_json) row.emplace_back(json_text{one.definition});
        lines.add(std::move(row));
    }
    if (lines.empty()) session.terminal().note("no program has registered a saga: it does when it runs");
    else session.terminal().print(lines);
    return exit_code::done;
}

struct drawn {
    std::string type;
    std::optional<int> version;
};

auto draw(session& session, const drawn& wanted) -> exit_code
{
    operations::saga_table stored(session.configuration().dsn());
    const auto plan = registered_plan(session, stored, wanted.type, wanted.version);
    const auto text = sagas::mermaid(plan.of());
    table line({"saga_type", "version", "mermaid"});
    line.add({plan.of().name, plan.of().version, text});
    if (session.terminal().is_json()) session.terminal().print(line);
    else session.terminal().print(text);
    return exit_code::done;
}

}  // namespace

void add_saga_definitions(CLI::App& group, session& session)
{
    auto* verb = group.add_subcommand("definitions", "the sagas that programs have registered, and their versions");
    verb->footer("ACTIVE: sagas of this version that are not over. PROCESSES: those that run the type now.");
    session.runs(*verb, [&session] { return definitions(session); });

    verb = group.add_subcommand("draw", "a definition as a Mermaid graph");
    auto wanted = std::make_shared<drawn>();
    verb->add_option("TYPE", wanted->type, "which saga")->required();
    verb->add_option("--version", wanted->version, "this version, otherwise the newest")->check(at_least(1));
    session.runs(*verb, [&session, wanted] { return draw(session, *wanted); });
}

}  // namespace annals::cli
