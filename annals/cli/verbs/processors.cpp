// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/activity_rows.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/switch_verb.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/operations/projection_switches.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/registry.hpp>
#include <annals/projections/registry.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <memory>
#include <optional>

namespace annals::cli {
namespace {

auto models(const session& session) -> pqxx::connection
{
    return processors::open_model_connection(session.configuration().read_dsn(), "processors");
}

auto list(session& session) -> exit_code
{
    auto connection = models(session);
    activity_rows all(session, connection);
    pqxx::nontransaction tx(connection);
    const auto projections = projections::registry::list(tx);
    for (const auto& one : all.activities()) {
        const auto found = std::ranges::find(projections, one.processor, &projections::registry::entry::id);
        all.add(one.processor,
                found == projections.end() ? "processor" : std::string(projections::to_string(found->kind)));
    }
    session.terminal().print(all.rows());
    if (all.rows().empty())
        session.terminal().note("there is no processor yet: `" + session.program()
                                + " work` registers those of this program");
    return exit_code::done;
}

struct arguments {
    std::string name, reason;
    std::optional<int> version;
    bool yes = false;
};

auto remove(session& session, const arguments& given) -> exit_code
{
    const auto what = given.name + (given.version ? " version " + std::to_string(*given.version) : std::string());
    const auto& terminal = session.terminal();
    if (!terminal.confirms(given.yes, "forget how far " + what + " is?")) {
        terminal.note("nothing was removed");
        return exit_code::failed;
    }
    auto connection = models(session);
    operations::job removal;
    removal.verb = "remove processor";
    removal.subject = given.name;
    removal.reason = given.reason;
    do_on_record(session, removal, [&] {
        processors::registry::remove(connection, given.name, given.version);
        return what + " is forgotten";
    });
    terminal.note(what + " is forgotten; a program that has it would begin again");
    return exit_code::done;
}

}  // namespace

void add_processors(CLI::App& app, session& session)
{
    auto* group = app.add_subcommand("processors", "what is done for each event")->group(cli::group::processes);
    group->require_subcommand(1);

    auto* verb = group->add_subcommand("list", "all projections and processors, their state, how far behind they are");
    session.runs(*verb, [&session] { return list(session); });

    add_switch(*group->add_subcommand("pause", "give no events to one, in every process"), operations::pause_processor,
               "the processor", session);
    add_switch(*group->add_subcommand("resume", "resume one that was paused or has stopped"),
               operations::resume_processor, "the processor", session);

    auto given = std::make_shared<arguments>();
    verb = group->add_subcommand("remove", "forget one that no program has any more");
    verb->add_option("NAME", given->name, "the processor")->required();
    verb->add_option("VERSION", given->version, "only this version, otherwise all")->check(at_least(1));
    verb->add_flag("--yes", given->yes, "do not ask (nor is anything asked without a terminal)");
    verb->add_option("--reason", given->reason, "why, for people");
    verb->footer("For processors of a program's own code; `projections remove` is for projections.");
    session.runs(*verb, [&session, given] { return remove(session, *given); });
}

}  // namespace annals::cli
