// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/saga_reference.hpp>
#include <annals/cli/saga_sentences.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/saga_verbs.hpp>
#include <annals/sagas/orchestrator/stored_facts.hpp>

#include <CLI/App.hpp>

namespace annals::cli {
namespace {

/// The stream outlives the rows of a saga that is over, so types whose rows are gone are looked at, too.
auto events_of(session& session, operations::saga_table& stored, const saga_reference& named)
    -> std::vector<eventstore::recorded_event>
{
    if (!named.type.empty()) check_saga_type(session, stored, named.type);
    if (stored.find(named.id, named.type).empty())
        for (const auto& type : named.type.empty() ? stored.types() : std::vector{named.type})
            if (auto all = sagas::read_saga(session.store(), type, named.id); !all.empty()) return all;
    return sagas::read_saga(session.store(), existing_saga(session, stored, named).type, named.id);
}

auto history(session& session, const saga_reference& named) -> exit_code
{
    operations::saga_table stored(session.configuration().dsn());
    const auto events = events_of(session, stored, named);
    const bool is_json = session.terminal().is_json();
    table lines(is_json ? std::vector<std::string>{"version", "at", "type", "what", "data"}
                        : std::vector<std::string>{"version", "at", "what"});
    for (const auto& event : events) {
        std::vector<cell> row{event.version.number, eventstore::to_string(event.time())};
        if (is_json) row.emplace_back(event.type);
        row.emplace_back(sentence(sagas::fact_from(event)));
        if (is_json) row.emplace_back(json_text{event.data});
        lines.add(std::move(row));
    }
    if (events.empty()) session.terminal().note("it was started, and no process has begun it");
    else session.terminal().print(lines);
    return exit_code::done;
}

}  // namespace

void add_saga_history(CLI::App& group, session& session)
{
    auto* verb = group.add_subcommand("history", "what happened to one saga, from its start on");
    auto named = std::make_shared<saga_reference>();
    add_reference(*verb, *named);
    verb->footer("The events of its stream, saga.TYPE/ID. They stay when the rows of a saga that is over are removed.");
    session.runs(*verb, [&session, named] { return history(session, *named); });
}

}  // namespace annals::cli
