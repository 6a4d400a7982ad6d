// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/activity_rows.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/switch_verb.hpp>
#include <annals/cli/verbs/projection_files.hpp>
#include <annals/cli/verbs/projection_new.hpp>
#include <annals/cli/verbs/projection_rebuilds.hpp>
#include <annals/cli/verbs/projection_show.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/operations/projection_switches.hpp>
#include <annals/operations/registered_versions.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/registry.hpp>

#include <CLI/App.hpp>

#include <algorithm>

namespace annals::cli {
namespace {

namespace registry = projections::registry;

auto model(const session& session) -> pqxx::connection
{
    return processors::open_model_connection(session.configuration().read_dsn(), "projections");
}

/// The live version of a projection, or the newest one.
auto version_of(const session& session, pqxx::transaction_base& tx, const std::string& name) -> registry::entry
{
    const auto versions = operations::registered_versions(tx, name, session.program());
    const auto live = std::ranges::find_if(versions, [](const auto& version) { return version.live; });
    return live != versions.end() ? *live : versions.back();
}

void advise_to_begin(const session& session)
{
    const bool has_own = !session.types().projections.empty() || !session.types().sql_files.empty();
    session.terminal().note("there is no projection yet: `" + session.program()
                            + (has_own ? " work` registers those of this program" : " projections apply FILE`"));
}

auto list(session& session) -> exit_code
{
    auto connection = model(session);
    activity_rows all(session, connection);
    pqxx::nontransaction tx(connection);
    for (const auto& entry : registry::list(tx)) all.add(entry.id, std::string(to_string(entry.kind)));
    session.terminal().print(all.rows());
    if (all.rows().empty()) advise_to_begin(session);
    return exit_code::done;
}

auto show(session& session, const std::string& name, std::int64_t rows_max) -> exit_code
{
    auto connection = model(session);
    const auto entry = [&] {
        pqxx::nontransaction tx(connection);
        return version_of(session, tx, name);
    }();
    show_projection(session, connection, entry, rows_max);
    return exit_code::done;
}

struct arguments {
    std::string name;
    std::string reason;
    int version = 0;                         ///< 0: all
    bool yes = false;
    std::int64_t rows_max = 5;
};

auto remove(session& session, const arguments& given) -> exit_code
{
    auto connection = model(session);
    {
        pqxx::nontransaction tx(connection);
        operations::registered_versions(tx, given.name, session.program());
    }
    const auto& terminal = session.terminal();
    const processors::processor_id only{given.name, given.version};
    const auto what = given.version == 0 ? given.name : to_string(only);
    const auto rows = given.version == 0 ? " with all its versions and rows?" : " with its rows?";
    if (!terminal.confirms(given.yes, "remove " + what + rows)) {
        terminal.note("nothing was removed");
        return exit_code::failed;
    }
    operations::job removal;
    removal.verb = "remove projection";
    removal.subject = what;
    removal.reason = given.reason;
    do_on_record(session, removal, [&] {
        if (given.version == 0) registry::remove(connection, given.name);
        else registry::remove_version(connection, only);
        return std::string("removed, with its rows");
    });
    terminal.note(what + " is removed, with its rows; the events stay");
    return exit_code::done;
}

auto clean(session& session) -> exit_code
{
    auto connection = model(session);
    table rows({"dropped", "kind"});
    for (const auto& version : registry::remove_expired(connection)) rows.add({to_string(version), "version"});
    for (const auto& role : registry::drop_roles_of_dropped_databases(connection)) rows.add({role, "role"});
    if (rows.empty()) session.terminal().note("there was nothing to drop");
    else session.terminal().print(rows);
    return exit_code::done;
}

/// The words of the command line after `projections VERB`.
auto add_name(CLI::App& verb, arguments& given) -> void
{
    verb.add_option("NAME", given.name, "the projection")->required();
}

}  // namespace

void add_projections(CLI::App& app, session& session)
{
    auto* group = app.add_subcommand("projections", "what analysts see")->group(cli::group::read_models);
    group->require_subcommand(1);
    auto given = std::make_shared<arguments>();

    add_projection_new(*group, session);
    add_projection_files(*group, session);
    add_projection_rebuilds(*group, session);

    auto* verb = group->add_subcommand("list", "all projections, their state, and how far behind they are");
    session.runs(*verb, [&session] { return list(session); });

    verb = group->add_subcommand("show", "state, lag, tables, columns, a few rows and definition of one");
    add_name(*verb, *given);
    verb->add_option("--rows", given->rows_max, "at most this many rows of each table and view in read; 0: none")
        ->type_name("N")
        ->capture_default_str()
        ->check(at_least(0));
    verb->footer("ROWS ESTIMATE is what PostgreSQL believes; nothing is counted. SIZE is with indexes. The rows are\n"
                 "any, in no order. A view in read is computed for this, for five seconds at most.");
    session.runs(*verb, [&session, given] { return show(session, given->name, given->rows_max); });

    verb = group->add_subcommand("remove", "drop one with all its versions and rows, or one version");
    add_name(*verb, *given);
    verb->add_option("--version", given->version, "only this version, which is not live")->check(at_least(1));
    verb->add_flag("--yes", given->yes, "do not ask (nor is anything asked without a terminal)");
    verb->add_option("--reason", given->reason, "why, for people");
    verb->footer("Who removed it, when and why: annals jobs list --all");
    session.runs(*verb, [&session, given] { return remove(session, *given); });

    verb = group->add_subcommand("clean", "drop versions that were kept long enough, and roles of dropped databases");
    verb->footer("Not while databases are restored: their roles may be there first.");
    session.runs(*verb, [&session] { return clean(session); });

    add_switch(*group->add_subcommand("pause", "stop applying events to one, in every process"),
               operations::pause_projection, "the projection", session);
    add_switch(*group->add_subcommand("resume", "resume one that was paused or has stopped"),
               operations::resume_projection, "the projection", session);
}

}  // namespace annals::cli
