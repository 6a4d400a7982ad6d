// SPDX-License-Identifier: Apache-2.0
#include <annals/app/with_separators.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/sagas/process_managers/outgoing_list.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <memory>

namespace annals::cli {
namespace {

struct options {
    std::int64_t id = 0;                     ///< 0: none
    std::string process_manager, state, error, reason;
    std::int64_t limit = 100;
    bool all = false;
    bool yes = false;
};

auto models(const session& session) -> pqxx::connection
{
    return processors::open_model_connection(session.configuration().read_dsn(), "outgoing");
}

auto selection_of(const options& given) -> sagas::outgoing_selection
{
    return {.id = given.id == 0 ? std::nullopt : std::optional(given.id),
            .process_manager = given.process_manager,
            .state = given.state,
            .error = given.error};
}

void show(const session& session, const std::vector<sagas::listed_command>& found)
{
    table lines({"id", "state", "process_manager", "instance", "stream", "command", "data", "deadline", "due_at",
                 "attempts", "tried_at", "reason"});
    for (const auto& one : found)
        lines.add({one.id, one.state, one.process_manager, one.instance, to_string(one.target), one.command,
                   json_text{one.data}, cell_of(one.deadline), eventstore::to_string(one.due_at), one.attempts,
                   cell_of(one.tried_at ? eventstore::to_string(*one.tried_at) : std::string()), cell_of(one.reason)});
    session.terminal().print(lines);
}

auto list(session& session, const options& given) -> exit_code
{
    auto connection = models(session);
    pqxx::nontransaction tx(connection);
    const auto found = sagas::list_outgoing(tx, selection_of(given), given.limit);
    if (found.empty()) session.terminal().note("nothing that fits is outgoing");
    else show(session, found);
    if (found.size() == static_cast<std::size_t>(given.limit)) session.terminal().note("there may be more: --limit");
    const auto is_refused = [](const sagas::listed_command& one) { return one.state == "refused"; };
    return std::ranges::any_of(found, is_refused) ? exit_code::found : exit_code::done;
}

auto name_of(std::int64_t id) -> std::string { return "the outgoing command " + std::to_string(id); }

/// Throws `failure` when there is none.
auto existing(const session& session, pqxx::transaction_base& tx, std::int64_t id) -> sagas::listed_command
{
    auto found = sagas::list_outgoing(tx, {.id = id}, 1);
    if (!found.empty()) return found.front();
    throw failure("there is no outgoing command " + std::to_string(id) + ": it was carried out or dropped",
                  "`" + session.program() + " outgoing list` shows those there are");
}

/// The record of an act: the command itself, if it is about one.
auto act_on(const std::string& verb, const options& given, const sagas::listed_command& one) -> operations::job
{
    operations::job wanted;
    wanted.verb = verb;
    wanted.subject = one.id == 0 ? given.process_manager : to_string(one.target);
    wanted.reason = given.reason;
    wanted.arguments = one.id == 0 ? eventstore::json{{"error", given.error}}.dump()
                                   : eventstore::json{{"id", one.id},
                                                      {"process_manager", one.process_manager},
                                                      {"command", one.command},
                                                      {"data", eventstore::json::parse(one.data)}}
                                         .dump();
    return wanted;
}

auto retry(session& session, const options& given) -> exit_code
{
    if ((given.id == 0) == !given.all) throw failure("say which: ID, or --all with filters", {}, exit_code::usage);
    auto connection = models(session);
    pqxx::work tx(connection);
    sagas::listed_command one;
    if (given.id != 0) {
        one = existing(session, tx, given.id);
        if (one.state != "refused")
            throw failure(name_of(given.id) + " was not refused: it is " + one.state + " and is carried out by itself");
    }
    const auto done = do_on_record(session, act_on("retry outgoing", given, one), [&] {
        const auto retried = sagas::retry_refused(tx, selection_of(given));
        tx.commit();
        return app::with_separators(retried) + (retried == 1 ? " command is" : " commands are") + " due again";
    });
    session.terminal().note(done);
    return exit_code::done;
}

/// Nobody is asked within a transaction: the server would end it.
auto drop(session& session, const options& given) -> exit_code
{
    const auto& terminal = session.terminal();
    auto connection = models(session);
    const auto one = [&] {
        pqxx::nontransaction tx(connection);
        return existing(session, tx, given.id);
    }();
    if (!terminal.confirms(given.yes, "drop " + one.command + " to " + to_string(one.target)
                                          + "? It is then never carried out.")) {
        terminal.note("nothing was dropped");
        return exit_code::failed;
    }
    do_on_record(session, act_on("drop outgoing", given, one), [&] {
        pqxx::nontransaction tx(connection);
        if (!sagas::drop(tx, given.id)) throw failure(name_of(given.id) + " is carried out already");
        return "dropped";
    });
    terminal.note(name_of(given.id) + " is dropped");
    return exit_code::done;
}

void add_filters(CLI::App& verb, options& given)
{
    verb.add_option("--process-manager", given.process_manager, "only of this one")->type_name("NAME");
    verb.add_option("--error", given.error, "whose reason has this text in it")->type_name("TEXT");
}

}  // namespace

void add_outgoing(CLI::App& app, session& session)
{
    auto* group = app.add_subcommand("outgoing", "commands that process managers have sent and that are not done")
                      ->group(cli::group::what_follows);
    group->require_subcommand(1);
    auto given = std::make_shared<options>();

    auto* verb = group->add_subcommand("list", "deadlines that wait, what is due, and what was refused");
    add_filters(*verb, *given);
    verb->add_option("--state", given->state, "only those that are waiting, due, retrying or refused")
        ->check(CLI::IsMember({"waiting", "due", "retrying", "refused"}));
    verb->add_option("--limit", given->limit, "at most this many")->capture_default_str()->check(at_least(1));
    verb->footer("Exit code 3 when one of them was refused.");
    session.runs(*verb, [&session, given] { return list(session, *given); });

    verb = group->add_subcommand("retry", "carry out refused commands again");
    verb->add_option("ID", given->id, "as `outgoing list` shows it")->check(at_least(1));
    verb->add_flag("--all", given->all, "all that were refused and fit");
    add_filters(*verb, *given);
    verb->add_option("--reason", given->reason, "why, for people");
    session.runs(*verb, [&session, given] { return retry(session, *given); });

    verb = group->add_subcommand("drop", "never carry out a command, refused or not");
    verb->add_option("ID", given->id, "as `outgoing list` shows it")->required()->check(at_least(1));
    verb->add_option("--reason", given->reason, "why, for people")->required();
    verb->add_flag("--yes", given->yes, "do not ask (nor is anything asked without a terminal)");
    verb->footer("Who dropped what and why: annals jobs list --all");
    session.runs(*verb, [&session, given] { return drop(session, *given); });
}

}  // namespace annals::cli
