// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/at_least.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/json_argument.hpp>
#include <annals/cli/saga_reference.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/saga_verbs.hpp>
#include <annals/eventstore/uuid.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/operations/saga_runners.hpp>
#include <annals/sagas/orchestrator/client.hpp>

#include <CLI/App.hpp>

namespace annals::cli {
namespace {

struct options {
    sagas::saga_id of;
    std::string context;
    std::int64_t wait_s = 0;                         ///< 0: do not wait for its end
};

void show(const terminal& terminal, const sagas::saga_id& of, const std::string& status)
{
    table line({"saga_type", "saga_id", "status"});
    line.add({of.type, of.id, status});
    if (terminal.is_json()) terminal.print(line);
    else terminal.print(of.type + " " + of.id + ": " + (status == "pending" ? "started" : status) + "\n");
}

void warn_where_nobody_runs(session& session, const std::string& type)
{
    libpq::connection log(session.configuration().dsn(), "sagas");
    const operations::saga_runners runners(log);
    if (!runners.is_run(type)) session.terminal().warn(runners.why_not(type) + "; the saga waits for it");
}

auto start(session& session, options given) -> exit_code
{
    const auto& dsn = session.configuration().dsn();
    const auto context =
        given.context.empty() ? eventstore::json::object() : json_object_of("--context", given.context);
    operations::saga_table stored(dsn);
    check_saga_type(session, stored, given.of.type);
    if (given.of.id.empty()) given.of.id = eventstore::to_string(eventstore::new_uuid());
    sagas::client client(dsn);
    if (!client.start_once(given.of, context, who_asks()))
        throw failure("the saga " + given.of.id + " of the type " + given.of.type + " was started before",
                      "see: " + session.program() + " sagas show " + given.of.id);
    warn_where_nobody_runs(session, given.of.type);
    if (given.wait_s == 0) {
        show(session.terminal(), given.of, "pending");
        return exit_code::done;
    }
    const auto last = client.wait_for_end(given.of, std::chrono::seconds(given.wait_s)).value_or("gone");
    show(session.terminal(), given.of, last);
    if (last == "completed") return exit_code::done;
    const auto& active = operations::active_statuses();
    const bool is_under_way = last != "parked" && std::ranges::find(active, last) != active.end();
    if (is_under_way)
        session.terminal().note("it goes on without you: " + session.program() + " sagas show " + given.of.id);
    return is_under_way ? exit_code::failed : exit_code::found;
}

}  // namespace

void add_saga_start(CLI::App& group, session& session)
{
    auto* verb = group.add_subcommand("start", "start a saga, which the program that has its type carries out");
    auto given = std::make_shared<options>();
    verb->add_option("TYPE", given->of.type, "which saga: `sagas definitions` lists them")->required();
    verb->add_option("ID", given->of.id, "its id, not used before for this type; otherwise a new UUID");
    verb->add_option("--context", given->context, "a JSON object that its steps see; @FILE: from a file; -: from stdin")
        ->type_name("JSON");
    verb->add_option("--wait", given->wait_s, "wait so long for its end")->type_name("SECONDS")->check(at_least(1));
    verb->footer("It is stored when this returns, and goes on without you. With --wait: exit code 0 when it is\n"
                 "completed, 3 when it ended in another way or is parked, 1 when it is under way after that time.");
    session.runs(*verb, [&session, given] { return start(session, *given); });
}

}  // namespace annals::cli
