// SPDX-License-Identifier: Apache-2.0
#include <annals/app/failure.hpp>
#include <annals/app/joined.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/projection_files.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/operations/job_table.hpp>
#include <annals/operations/projection_switches.hpp>
#include <annals/processors/lag.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor_state.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/schema.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unistd.h>

namespace annals::cli {
namespace {

namespace registry = projections::registry;

auto model(const session& session) -> pqxx::connection
{
    return processors::open_model_connection(session.configuration().read_dsn(), "projections");
}

[[noreturn]] void refuse_unknown(const session& session, pqxx::transaction_base& tx, const std::string& name)
{
    std::vector<std::string> names;
    for (const auto& entry : registry::list(tx)) names.push_back(entry.id.name);
    throw failure("there is no projection \"" + name + "\"",
                  app::did_you_mean(name, names, "`" + session.program() + " projections list` shows those there are"));
}

/// The live version of a projection, or the newest one.
auto version_of(const session& session, pqxx::transaction_base& tx, const std::string& name) -> registry::entry
{
    auto versions = registry::list(tx, name);
    if (versions.empty()) refuse_unknown(session, tx, name);
    const auto live = std::ranges::find_if(versions, [](const auto& version) { return version.live; });
    return live != versions.end() ? *live : versions.back();
}

auto seconds(std::chrono::microseconds time) -> double { return std::chrono::duration<double>(time).count(); }

void advise_to_begin(const session& session)
{
    const bool has_own = !session.types().projections.empty() || !session.types().sql_files.empty();
    session.terminal().note("there is no projection yet: `" + session.program()
                            + (has_own ? " work` registers those of this program" : " projections apply FILE`"));
}

auto list(session& session) -> exit_code
{
    auto connection = model(session);
    const auto lags = processors::lag(connection, session.store());
    table rows({"name", "version", "kind", "state", "events_behind", "seconds_behind", "failures", "since", "reason"});
    pqxx::nontransaction tx(connection);
    const auto activities = processors::read_activities(tx);
    for (const auto& entry : registry::list(tx)) {
        const auto found = std::ranges::find(activities, entry.id, &processors::processor_activity::processor);
        const auto now = found != activities.end() ? *found : processors::processor_activity{};
        const auto lag = std::ranges::find(lags, entry.id, &processors::processor_lag::processor);
        const bool has_lag = lag != lags.end();
        rows.add({entry.id.name, entry.id.version, std::string(to_string(entry.kind)), now.state,
                  has_lag ? cell(lag->events) : cell{}, has_lag ? cell(seconds(lag->age)) : cell{},
                  now.failures > 0 ? cell(now.failures) : cell{},
                  now.since ? cell(eventstore::to_string(*now.since)) : cell{},
                  now.reason.empty() ? cell{} : cell(now.reason)});
    }
    session.terminal().print(rows);
    if (rows.empty()) advise_to_begin(session);
    return exit_code::done;
}

auto columns_of(pqxx::transaction_base& tx, const registry::entry& entry) -> table
{
    constexpr auto select_columns = "select relname, attname, format_type(atttypid, atttypmod), "
                                    "col_description(attrelid, attnum) "
                                    "from pg_class join pg_attribute on attrelid = pg_class.oid "
                                    "where relnamespace = to_regnamespace($1) and relkind in ('r', 'p', 'v', 'm') "
                                    "and attnum > 0 and not attisdropped order by relname, attnum";
    table columns({"table", "column", "type", "shown", "comment"});
    for (const auto& [relation, column, type, comment] :
         tx.query<std::string, std::string, std::string, std::optional<std::string>>(
             select_columns, pqxx::params{projections::schema_of(entry.id)}))
        columns.add({relation, column, type,
                     entry.live && std::ranges::find(entry.shows, relation) != entry.shows.end(),
                     comment ? cell{*comment} : cell{}});
    return columns;
}

auto json_list(const std::vector<std::string>& all) -> json_text { return {eventstore::json(all).dump()}; }

/// One object: the columns are a list within it.
void show_as_json(const session& session, const registry::entry& entry, const table& columns)
{
    auto list = eventstore::json::array();
    std::istringstream lines(columns.json_lines());
    for (std::string line; std::getline(lines, line);) list.push_back(eventstore::json::parse(line));
    table rows({"name", "version", "kind", "categories", "live", "created_at", "shows", "columns", "definition"});
    rows.add({entry.id.name, entry.id.version, std::string(to_string(entry.kind)), json_list(entry.categories),
              entry.live, eventstore::to_string(entry.created_at), json_list(entry.shows), json_text{list.dump()},
              entry.text});
    session.terminal().print(rows);
}

auto show(session& session, const std::string& name) -> exit_code
{
    auto connection = model(session);
    pqxx::nontransaction tx(connection);
    const auto entry = version_of(session, tx, name);
    const auto columns = columns_of(tx, entry);
    const auto& terminal = session.terminal();
    if (terminal.is_json()) {
        show_as_json(session, entry, columns);
        return exit_code::done;
    }
    terminal.print(entry.id.name + " version " + std::to_string(entry.id.version) + ", "
                   + std::string(to_string(entry.kind)) + " over " + app::joined(entry.categories) + ", "
                   + (entry.live ? "live" : "waiting for a rebuild") + "\n\n");
    terminal.print(columns);
    terminal.print("\n" + entry.text + (entry.text.ends_with('\n') ? "" : "\n"));
    return exit_code::done;
}

struct arguments {
    std::string name;
    std::string reason;
    bool yes = false;
};

/// Removes it, and leaves a job for the record: who did it, when and why.
void remove_on_record(const session& session, pqxx::connection& models, const std::string& name,
                      const std::string& reason)
{
    operations::job_table jobs(session.configuration().dsn());
    operations::job removal;
    removal.verb = "remove projection";
    removal.subject = name;
    removal.asked_by = who_asks();
    removal.reason = reason;
    const auto number = jobs.place(removal);
    jobs.take(eventstore::new_uuid(), {removal.verb}, number);
    try {
        registry::remove(models, name);
        jobs.finish(number, true, "removed, with its rows");
    } catch (const std::exception& problem) {
        jobs.finish(number, false, problem.what());
        throw;
    }
}

auto remove(session& session, const arguments& given) -> exit_code
{
    auto connection = model(session);
    const auto entry = [&] {
        pqxx::nontransaction tx(connection);
        return version_of(session, tx, given.name);
    }();
    const auto& terminal = session.terminal();
    const bool asks = !given.yes && is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO);
    if (asks && !terminal.confirms("remove " + entry.id.name + " with all its versions and rows?")) {
        terminal.note("nothing was removed");
        return exit_code::failed;
    }
    remove_on_record(session, connection, given.name, given.reason);
    terminal.note(given.name + " is removed, with its rows; the events stay");
    return exit_code::done;
}

/// An operator's switch: a job, so that it is recorded who asked for it and why.
auto switched(session& session, const std::string& verb, const std::string& name, const std::string& reason)
    -> exit_code
{
    const auto& settings = session.configuration();
    {
        auto connection = model(session);
        pqxx::nontransaction tx(connection);
        operations::versions_of(tx, settings.dsn(), name);
    }
    operations::job wanted;
    wanted.verb = verb;
    wanted.subject = name;
    wanted.reason = reason;
    return request_job(session, wanted, operations::projection_switches(settings.dsn(), settings.read_dsn()));
}

auto clean(session& session) -> exit_code
{
    auto connection = model(session);
    table rows({"dropped_role"});
    for (const auto& role : registry::drop_roles_of_dropped_databases(connection)) rows.add({role});
    if (rows.empty()) session.terminal().note("there was nothing to drop");
    else session.terminal().print(rows);
    return exit_code::done;
}

/// The words of the command line after `projections VERB`.
auto add_name(CLI::App& verb, arguments& given) -> void
{
    verb.add_option("NAME", given.name, "the projection")->required();
}

void add_switch(CLI::App& verb, const char* change, session& session, const std::shared_ptr<arguments>& given)
{
    add_name(verb, *given);
    verb.add_option("--reason", given->reason, "why, for people");
    session.runs(verb, [&session, change, given] { return switched(session, change, given->name, given->reason); });
}

}  // namespace

void add_projections(CLI::App& app, session& session)
{
    auto* group = app.add_subcommand("projections", "what analysts see")->group(cli::group::read_models);
    group->require_subcommand(1);
    auto given = std::make_shared<arguments>();

    add_projection_files(*group, session);

    auto* verb = group->add_subcommand("list", "all projections, their state, and how far behind they are");
    session.runs(*verb, [&session] { return list(session); });

    verb = group->add_subcommand("show", "definition, tables and columns of one");
    add_name(*verb, *given);
    session.runs(*verb, [&session, given] { return show(session, given->name); });

    verb = group->add_subcommand("remove", "drop one with all its versions and rows");
    add_name(*verb, *given);
    verb->add_flag("--yes", given->yes, "do not ask (nor is anything asked without a terminal)");
    verb->add_option("--reason", given->reason, "why, for people");
    verb->footer("Who removed it, when and why: annals jobs list --all");
    session.runs(*verb, [&session, given] { return remove(session, *given); });

    verb = group->add_subcommand("clean", "drop the roles of projections whose database was dropped");
    verb->footer("Not while databases are restored: their roles may be there first.");
    session.runs(*verb, [&session] { return clean(session); });

    add_switch(*group->add_subcommand("pause", "stop applying events to one, in every process"),
               operations::pause_projection, session, given);
    add_switch(*group->add_subcommand("resume", "resume one that was paused or has stopped"),
               operations::resume_projection, session, given);
}

}  // namespace annals::cli
